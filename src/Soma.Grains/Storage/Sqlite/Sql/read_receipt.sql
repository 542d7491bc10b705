-- The receipt under a key, whether its time is over or not.
SELECT key, request_hash, status, body, seq, etag, expires_at FROM receipts WHERE namespace_id = $1 AND key = $2
