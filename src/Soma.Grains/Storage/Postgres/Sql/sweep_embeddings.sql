-- Vectors in a range of seqs that no search will look up again: of another space, or of a version that is not current.
DELETE FROM soma.embeddings e
WHERE e.namespace_id = $1 AND e.seq > $3 AND e.seq <= $4
  AND ($2::text IS NULL OR e.space <> $2
    OR NOT EXISTS (SELECT 1 FROM soma.memories m WHERE m.namespace_id = e.namespace_id AND m.seq = e.seq AND m.alive))
