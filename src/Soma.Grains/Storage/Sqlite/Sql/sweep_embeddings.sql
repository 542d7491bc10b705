-- Vectors in a range of seqs that no search will look up again: of another space, or of a version that is not current.
-- The index is named: without statistics the planner takes the primary key, and walks the whole namespace.
DELETE FROM embeddings
WHERE namespace_id = $1 AND seq > $3 AND seq <= $4
  AND ($2 IS NULL OR space <> $2
    OR NOT EXISTS (
      SELECT 1 FROM memories m INDEXED BY memories_by_seq WHERE m.namespace_id = embeddings.namespace_id AND m.seq = embeddings.seq AND m.alive))
