-- What is over, and its reclaiming within one transaction.

-- name: find_expired
-- Memories whose time is over, those longest over first. What is being built or let go of by the archive commands is passed over.
-- The index is named: without statistics the planner would walk the whole table.
SELECT m.namespace_id, m.coord, m.seq
FROM memories m INDEXED BY memories_by_expiry
CROSS JOIN namespaces n ON n.id = m.namespace_id
WHERE m.alive AND m.expires_at IS NOT NULL AND m.expires_at <= $1 AND n.tenant NOT LIKE '~%'
ORDER BY m.expires_at
LIMIT $2

-- name: find_expired_receipts
-- A page of namespaces, and whether each holds receipts whose time is over: one look-up each in the index of receipts.
SELECT n.id, n.tenant NOT LIKE '~%' AND EXISTS (
  SELECT 1 FROM receipts r WHERE r.namespace_id = n.id AND r.expires_at <= $1)
FROM namespaces n
WHERE n.id > $2
ORDER BY n.id
LIMIT $3

-- name: read_expired
-- What the counters hold of a memory whose time is over; no row where its coordinate holds something else by now.
SELECT type, has_vector FROM memories
WHERE namespace_id = $1 AND coord = $2 AND seq = $3 AND alive AND expires_at <= $4

-- name: make_tombstone
-- Reclaims an expired memory: its coordinate keeps seq and version alone.
UPDATE memories SET
  alive = 0, type = 0, importance = 0, has_vector = 0, created_seq = 0, created_at = 0, expires_at = NULL, access_count = 0
WHERE namespace_id = $1 AND coord = $2

-- name: delete_embedding
-- The vectors of one version, which nobody looks up any more.
DELETE FROM embeddings WHERE namespace_id = $1 AND seq = $2

-- name: subtract_counts
-- What a sweep reclaimed is counted no more; epoch, commit number and head stay as they are.
UPDATE namespaces SET
  count_episodic = count_episodic - $2, count_semantic = count_semantic - $3, count_belief = count_belief - $4,
  count_vectors = count_vectors - $5
WHERE id = $1
