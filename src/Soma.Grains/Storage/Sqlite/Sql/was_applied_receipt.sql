-- Whether a batch without rows left its first receipt.
SELECT 1 FROM receipts
WHERE namespace_id = $1 AND key = $2 AND request_hash = $3 AND status = $4 AND body = $5 AND seq = $6 AND expires_at = $7
