-- A kept answer; what lies under the key is over, progress, or the same.
INSERT INTO receipts (namespace_id, key, request_hash, status, body, seq, etag, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (namespace_id, key) DO UPDATE SET
  request_hash = excluded.request_hash, status = excluded.status, body = excluded.body, seq = excluded.seq,
  etag = excluded.etag, expires_at = excluded.expires_at
