-- Kept answers of a namespace that is being built, which nobody else reads or writes.
COPY soma.receipts (namespace_id, key, request_hash, status, body, seq, etag, expires_at) FROM STDIN (FORMAT BINARY)
