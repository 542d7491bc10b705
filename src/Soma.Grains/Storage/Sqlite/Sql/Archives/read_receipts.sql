-- Kept answers, all of a namespace, in the order of the key.
SELECT key, request_hash, status, body, seq, etag, expires_at
FROM receipts WHERE namespace_id = $1 ORDER BY key
