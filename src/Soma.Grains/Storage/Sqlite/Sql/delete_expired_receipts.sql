-- Lets go of receipts whose time is over, oldest first, within the commit that holds the database's write lock.
DELETE FROM receipts
WHERE namespace_id = $1 AND key IN (
  SELECT key FROM receipts WHERE namespace_id = $1 AND expires_at <= $2 ORDER BY expires_at LIMIT $3)
