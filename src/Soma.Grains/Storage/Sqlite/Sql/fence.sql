-- Who owns a namespace, and what became of a commit that nobody answered; and the write of a health check.

-- name: create_namespace
-- The row of a namespace before its first write. In the writer's transaction.
INSERT INTO namespaces (tenant, name) VALUES ($1, $2) ON CONFLICT (tenant, name) DO NOTHING

-- name: read_namespace
-- What the predecessor left, read before the epoch is taken in the same writer's transaction.
SELECT id, epoch, commit_no, head_seq, last_at, count_episodic + count_semantic + count_belief,
  coalesce(largest_importance, 0.0), brought_dimension, released, lease_ms, active_space
FROM namespaces WHERE tenant = $1 AND name = $2

-- name: take_epoch
-- Takes ownership. In the writer's transaction, so no commit is in flight.
UPDATE namespaces SET epoch = epoch + 1, released = 0, lease_ms = $2 WHERE id = $1

-- name: release
-- Lets go of a namespace that is still the caller's.
UPDATE namespaces SET released = 1 WHERE id = $1 AND epoch = $2

-- name: advance_epoch
-- Shuts out a commit whose outcome is unknown.
UPDATE namespaces SET epoch = epoch + 1 WHERE id = $1 AND epoch = $2

-- name: read_epoch
-- Who owns this namespace now, and what its row counts after which commit.
SELECT id, epoch, commit_no, count_episodic + count_semantic + count_belief FROM namespaces WHERE id = $1

-- name: was_applied_rows
-- Whether the first row of a batch lies in the log under the epoch it was sent with.
SELECT 1 FROM log WHERE namespace_id = $1 AND seq = $2 AND epoch = $3

-- name: was_applied_receipt
-- Whether a batch without rows left its first receipt.
SELECT 1 FROM receipts
WHERE namespace_id = $1 AND key = $2 AND request_hash = $3 AND status = $4 AND body = $5 AND seq = $6 AND expires_at = $7

-- name: was_applied_number
-- A batch that leaves neither rows nor receipts: applied if the number moved on while only the sender held the namespace.
SELECT 1 FROM namespaces WHERE id = $1 AND epoch = $2 + 1 AND commit_no = $3 + 1

-- name: check_writable
-- Proves that the store takes writes.
INSERT INTO probe (id, written) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET written = written + 1
