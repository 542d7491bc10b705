-- Links that enter a coordinate, optionally of one type: stronger first.
-- The index is named: without statistics the planner takes the primary key, and walks the whole namespace.
SELECT from_coord, to_coord, link_type, strength, metadata, seq
FROM links INDEXED BY links_incoming
WHERE namespace_id = $1 AND to_coord = $2 AND ($3 IS NULL OR link_type = $3)
ORDER BY strength DESC, from_coord, link_type
LIMIT $4
