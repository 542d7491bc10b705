-- The vector of a version that is still current; an older row stays.
-- The index is named: without statistics the planner takes the primary key, and walks the whole namespace.
INSERT INTO embeddings (namespace_id, seq, space, part, vector)
SELECT $1, $2, $3, 0, $4
WHERE EXISTS (SELECT 1 FROM memories m INDEXED BY memories_by_seq WHERE m.namespace_id = $1 AND m.seq = $2 AND m.alive)
ON CONFLICT DO NOTHING
