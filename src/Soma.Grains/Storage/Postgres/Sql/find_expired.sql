-- Memories whose time is over, those longest over first: the start of the index by expiry. What is being built or let go of by the
-- archive commands is passed over. No locks.
SELECT m.namespace_id, m.coord, m.seq
FROM soma.memories m
JOIN soma.namespaces n ON n.id = m.namespace_id AND n.tenant NOT LIKE '~%'
WHERE m.alive AND m.expires_at IS NOT NULL AND m.expires_at <= $1
ORDER BY m.expires_at
LIMIT $2
