-- Vectors that sentence models made.

-- name: begin_refining
-- The cursor of a space, made where it is missing.
INSERT INTO index_cursor (namespace_id, space) VALUES ($1, $2) ON CONFLICT (namespace_id, space) DO NOTHING

-- name: read_refined_seq
-- How far a space's rows go without a gap.
SELECT refined_seq FROM index_cursor WHERE namespace_id = $1 AND space = $2

-- name: move_refined_seq
-- Moves a space's cursor on, never back; changes no row where the space is not wanted any more.
UPDATE index_cursor SET refined_seq = max(refined_seq, $3) WHERE namespace_id = $1 AND space = $2

-- name: read_unrefined
-- Living memories with text that have no row in a space yet, oldest first above a seq.
SELECT m.coord, m.seq, m.version, m.alive, m.type, m.importance, m.created_seq, m.created_at, m.expires_at, m.access_count,
  l.at, l.payload, l.text, l.has_text, l.brought_vector, l.written_by
FROM memories m
JOIN log l ON l.namespace_id = m.namespace_id AND l.seq = m.seq
WHERE m.namespace_id = $1 AND m.seq > $2 AND m.alive AND l.has_text AND l.payload IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.namespace_id = m.namespace_id AND e.seq = m.seq AND e.space = $3)
ORDER BY m.seq
LIMIT $4

-- name: save_embedding
-- The vector of a version that is still current; an older row stays.
-- The index is named: without statistics the planner takes the primary key, and walks the whole namespace.
INSERT INTO embeddings (namespace_id, seq, space, part, vector)
SELECT $1, $2, $3, 0, $4
WHERE EXISTS (SELECT 1 FROM memories m INDEXED BY memories_by_seq WHERE m.namespace_id = $1 AND m.seq = $2 AND m.alive)
ON CONFLICT DO NOTHING

-- name: read_embedding
-- The vector of a version in a space.
SELECT seq, vector FROM embeddings WHERE namespace_id = $1 AND seq = $2 AND space = $3 AND part = 0

-- name: activate_space
-- The space that searches go by, said by the owner only.
UPDATE namespaces SET active_space = $3 WHERE id = $1 AND epoch = $2

-- name: end_cursors
-- The cursors of spaces that are not wanted any more.
DELETE FROM index_cursor WHERE namespace_id = $1 AND space NOT IN ($2, $3)

-- name: sweep_embeddings
-- Vectors in a range of seqs that no search will look up again: of another space, or of a version that is not current.
-- The index is named: without statistics the planner takes the primary key, and walks the whole namespace.
DELETE FROM embeddings
WHERE namespace_id = $1 AND seq > $3 AND seq <= $4
  AND ($2 IS NULL OR space <> $2
    OR NOT EXISTS (
      SELECT 1 FROM memories m INDEXED BY memories_by_seq WHERE m.namespace_id = embeddings.namespace_id AND m.seq = embeddings.seq AND m.alive))
