-- Links that leave these coordinates, optionally of one type: coordinate, then stronger first. No locks.
SELECT from_coord, to_coord, link_type, strength, metadata, seq
FROM soma.links
WHERE namespace_id = $1 AND from_coord = ANY ($2) AND ($3 IS NULL OR link_type = $3)
ORDER BY from_coord, strength DESC, to_coord, link_type
LIMIT $4
