-- The vector of a version in a space.
SELECT seq, vector FROM embeddings WHERE namespace_id = $1 AND seq = $2 AND space = $3 AND part = 0
