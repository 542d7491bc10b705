-- What is over, and its reclaiming.

-- name: find_expired
-- Memories whose time is over, those longest over first: the start of the index by expiry. What is being built or let go of by the
-- archive commands is passed over. No locks.
SELECT m.namespace_id, m.coord, m.seq
FROM soma.memories m
JOIN soma.namespaces n ON n.id = m.namespace_id AND n.tenant NOT LIKE '~%'
WHERE m.alive AND m.expires_at IS NOT NULL AND m.expires_at <= $1
ORDER BY m.expires_at
LIMIT $2

-- name: find_expired_receipts
-- A page of namespaces, and whether each holds receipts whose time is over: one look-up each in the index of receipts. No locks.
SELECT n.id, n.tenant NOT LIKE '~%' AND EXISTS (
  SELECT 1 FROM soma.receipts r WHERE r.namespace_id = n.id AND r.expires_at <= $1)
FROM soma.namespaces n
WHERE n.id > $2
ORDER BY n.id
LIMIT $3

-- name: sweep
-- One set of a sweep in one statement and so in one transaction of its own; see the function for the locks.
SELECT memories, receipts FROM soma.sweep_namespace($1, $2, $3, $4, $5)
