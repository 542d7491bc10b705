-- Vectors that models made, all of a namespace, in the order of the key.
SELECT seq, space, part, vector
FROM embeddings WHERE namespace_id = $1 ORDER BY seq, space, part
