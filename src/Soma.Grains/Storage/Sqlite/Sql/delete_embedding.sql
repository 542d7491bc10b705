-- The vectors of one version, which nobody looks up any more.
DELETE FROM embeddings WHERE namespace_id = $1 AND seq = $2
