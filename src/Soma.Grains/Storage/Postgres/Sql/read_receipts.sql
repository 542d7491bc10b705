-- The receipts under these keys, whether their time is over or not. No locks.
SELECT key, request_hash, status, body, seq, etag, expires_at
FROM soma.receipts
WHERE namespace_id = $1 AND key = ANY ($2)
