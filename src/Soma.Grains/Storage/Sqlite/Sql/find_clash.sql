-- Whether a live receipt with another content lies under this key; status 0 is progress and may be written over.
SELECT 1 FROM receipts
WHERE namespace_id = $1 AND key = $2 AND status <> 0 AND expires_at > $3
  AND NOT (request_hash = $4 AND status = $5 AND body = $6 AND seq = $7 AND etag IS $8)
