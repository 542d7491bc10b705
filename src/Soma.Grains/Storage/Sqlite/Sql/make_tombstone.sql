-- Reclaims an expired memory: its coordinate keeps seq and version alone.
UPDATE memories SET
  alive = 0, type = 0, importance = 0, has_vector = 0, created_seq = 0, created_at = 0, expires_at = NULL, access_count = 0
WHERE namespace_id = $1 AND coord = $2
