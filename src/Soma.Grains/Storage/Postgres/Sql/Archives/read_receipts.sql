-- Kept answers, all of a namespace, in the order of the key. No locks.
SELECT key, request_hash, status, body, seq, etag, expires_at
FROM soma.receipts WHERE namespace_id = $1 ORDER BY key
