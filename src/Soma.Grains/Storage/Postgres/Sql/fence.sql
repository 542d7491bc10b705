-- Who owns a namespace, and what became of a commit that nobody answered.

-- name: create_namespace
-- The row of a namespace before its first write. Waits for another transaction that is inserting the same name.
INSERT INTO soma.namespaces (tenant, name) VALUES ($1, $2) ON CONFLICT (tenant, name) DO NOTHING

-- name: take_epoch
-- Takes ownership and tells what the predecessor left. FOR UPDATE waits for a commit in flight; the update then sees the
-- row as that commit left it. operations_epoch says that the owner knows operations (0007_operations.sql).
WITH predecessor AS (
  SELECT id, released, lease_ms FROM soma.namespaces WHERE tenant = $1 AND name = $2 FOR UPDATE)
UPDATE soma.namespaces n SET epoch = n.epoch + 1, operations_epoch = n.epoch + 1, released = false, lease_ms = $3
FROM predecessor p
WHERE n.id = p.id
RETURNING n.id, n.epoch, n.commit_no, n.head_seq, n.last_at, n.count_episodic + n.count_semantic + n.count_belief,
  coalesce(n.largest_importance, 0), n.brought_dimension, p.released, p.lease_ms, n.active_space

-- name: release
-- Lets go of a namespace that is still the caller's.
UPDATE soma.namespaces SET released = true WHERE id = $1 AND epoch = $2

-- name: advance_epoch
-- Shuts out a commit whose outcome is unknown: waits for its row lock, and makes it stale if it has yet to arrive.
UPDATE soma.namespaces SET epoch = epoch + 1, operations_epoch = epoch + 1 WHERE id = $1 AND epoch = $2

-- name: read_epochs
-- Who owns these namespaces now, and what their rows count after which commit: one look-up each, no locks.
SELECT id, epoch, commit_no, count_episodic + count_semantic + count_belief FROM soma.namespaces WHERE id = ANY ($1)

-- name: was_applied_rows
-- Whether the first row of a batch lies in the log under the epoch it was sent with.
SELECT EXISTS (SELECT 1 FROM soma.log WHERE namespace_id = $1 AND seq = $2 AND epoch = $3)

-- name: was_applied_receipt
-- Whether a batch without rows left its first receipt.
SELECT EXISTS (
  SELECT 1 FROM soma.receipts
  WHERE namespace_id = $1 AND key = $2 AND request_hash = $3 AND status = $4 AND body = $5 AND seq = $6 AND expires_at = $7)

-- name: was_applied_number
-- A batch that leaves neither rows nor receipts: applied if the number moved on while only the sender held the namespace.
SELECT EXISTS (SELECT 1 FROM soma.namespaces WHERE id = $1 AND epoch = $2 + 1 AND commit_no = $3 + 1)
