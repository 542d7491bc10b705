-- Which of these links exist. No locks.
SELECT l.from_coord, l.to_coord, l.link_type, l.strength, l.metadata, l.seq
FROM unnest($2, $3, $4) AS wanted(from_coord, to_coord, link_type)
JOIN soma.links l ON l.namespace_id = $1
  AND (l.from_coord, l.to_coord, l.link_type) = (wanted.from_coord, wanted.to_coord, wanted.link_type)
