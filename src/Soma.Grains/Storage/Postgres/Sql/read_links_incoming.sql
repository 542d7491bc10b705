-- Links that enter these coordinates, optionally of one type: coordinate, then stronger first. No locks.
SELECT from_coord, to_coord, link_type, strength, metadata, seq
FROM soma.links
WHERE namespace_id = $1 AND to_coord = ANY ($2) AND ($3 IS NULL OR link_type = $3)
ORDER BY to_coord, strength DESC, from_coord, link_type
LIMIT $4
