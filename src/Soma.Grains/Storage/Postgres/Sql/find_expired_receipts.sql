-- A page of namespaces, and whether each holds receipts whose time is over: one look-up each in the index of receipts. No locks.
SELECT n.id, n.tenant NOT LIKE '~%' AND EXISTS (
  SELECT 1 FROM soma.receipts r WHERE r.namespace_id = n.id AND r.expires_at <= $1)
FROM soma.namespaces n
WHERE n.id > $2
ORDER BY n.id
LIMIT $3
