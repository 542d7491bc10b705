-- Memories whose time is over, those longest over first. What is being built or let go of by the archive commands is passed over.
-- The index is named: without statistics the planner would walk the whole table.
SELECT m.namespace_id, m.coord, m.seq
FROM memories m INDEXED BY memories_by_expiry
CROSS JOIN namespaces n ON n.id = m.namespace_id
WHERE m.alive AND m.expires_at IS NOT NULL AND m.expires_at <= $1 AND n.tenant NOT LIKE '~%'
ORDER BY m.expires_at
LIMIT $2
