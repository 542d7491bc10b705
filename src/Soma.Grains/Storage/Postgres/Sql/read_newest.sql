-- Living memories, newest first, below a seq: a range of the partial index, however many tombstones there are. No locks.
-- A version without payload is an expired memory that was purged before it was swept: nothing to load.
SELECT m.coord, m.seq, m.version, m.alive, m.type, m.importance, m.created_seq, m.created_at, m.expires_at, m.access_count,
  l.at, l.payload, l.text, l.has_text, l.brought_vector
FROM soma.memories m
CROSS JOIN LATERAL (
  SELECT v.at, v.payload, v.text, v.has_text, v.brought_vector FROM soma.log v
  WHERE v.namespace_id = m.namespace_id AND v.seq = m.seq AND v.payload IS NOT NULL LIMIT 1) l
WHERE m.namespace_id = $1 AND m.seq < $2 AND m.alive
ORDER BY m.seq DESC
LIMIT $3
