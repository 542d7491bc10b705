-- A kept answer of a namespace that is being built.
INSERT INTO receipts (namespace_id, key, request_hash, status, body, seq, etag, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
