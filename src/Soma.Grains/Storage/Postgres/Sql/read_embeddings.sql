-- Vectors of versions in a space. No locks.
SELECT e.seq, e.vector FROM soma.embeddings e
WHERE e.namespace_id = $1 AND e.seq = ANY ($2) AND e.space = $3 AND e.part = 0
