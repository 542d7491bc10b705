-- Vectors that models made, all of a namespace, in the order of the key. No locks.
SELECT seq, space, part, vector
FROM soma.embeddings WHERE namespace_id = $1 ORDER BY seq, space, part
