-- Which of these links exist. No locks.
SELECT l.from_coord, l.to_coord, l.link_type, l.strength, l.metadata, l.seq
FROM unnest($2, $3, $4) AS wanted(from_coord, to_coord, link_type)
CROSS JOIN LATERAL (
  SELECT k.* FROM soma.links k
  WHERE k.namespace_id = $1 AND k.from_coord = wanted.from_coord AND k.to_coord = wanted.to_coord
    AND k.link_type = wanted.link_type LIMIT 1) l
