-- Links that leave a coordinate, optionally of one type: stronger first.
SELECT from_coord, to_coord, link_type, strength, metadata, seq
FROM links
WHERE namespace_id = $1 AND from_coord = $2 AND ($3 IS NULL OR link_type = $3)
ORDER BY strength DESC, to_coord, link_type
LIMIT $4
