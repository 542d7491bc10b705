-- What a coordinate holds now. The same created_seq means the same memory, which keeps its count of accesses: a tombstone,
-- an expired memory or a delete inside the batch gives its successor another one.
INSERT INTO memories AS old (
  namespace_id, coord, seq, version, alive, type, importance, has_vector, created_seq, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (namespace_id, coord) DO UPDATE SET
  seq = excluded.seq, version = excluded.version, alive = excluded.alive, type = excluded.type,
  importance = excluded.importance, has_vector = excluded.has_vector, created_seq = excluded.created_seq,
  created_at = excluded.created_at, expires_at = excluded.expires_at,
  access_count = CASE
    WHEN old.alive AND excluded.alive AND old.created_seq = excluded.created_seq THEN old.access_count ELSE 0 END
