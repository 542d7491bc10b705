-- Empties every version of a coordinate but the one that is alive after this batch: a put that follows a purge must not
-- lose its payload with it.
UPDATE log SET payload = NULL, text = NULL, brought_vector = NULL, has_text = 0
WHERE namespace_id = $1 AND coord = $2 AND op = 0 AND seq IS NOT (
  SELECT m.seq FROM memories m
  WHERE m.namespace_id = $1 AND m.coord = $2 AND m.alive AND (m.expires_at IS NULL OR m.expires_at > $3))
