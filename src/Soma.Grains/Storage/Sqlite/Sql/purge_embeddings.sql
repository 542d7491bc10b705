-- The model-made vectors of the versions that purge_log is about to empty.
DELETE FROM embeddings WHERE namespace_id = $1 AND seq IN (
  SELECT l.seq FROM log l
  WHERE l.namespace_id = $1 AND l.coord = $2 AND l.op = 0 AND l.seq IS NOT (
    SELECT m.seq FROM memories m
    WHERE m.namespace_id = $1 AND m.coord = $2 AND m.alive AND (m.expires_at IS NULL OR m.expires_at > $3)))
