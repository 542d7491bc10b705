-- Living memories, newest first, below a seq: a range of the partial index, however many tombstones there are. No locks.
-- A version without payload is an expired memory that was purged before it was swept: nothing to load.
SELECT m.coord, m.seq, m.version, m.alive, m.type, m.importance, m.created_seq, m.created_at, m.expires_at, m.access_count,
  l.at, l.payload, l.text, l.has_text, l.brought_vector
FROM soma.memories m
JOIN soma.log l ON l.namespace_id = m.namespace_id AND l.seq = m.seq
WHERE m.namespace_id = $1 AND m.seq < $2 AND m.alive AND l.payload IS NOT NULL
ORDER BY m.seq DESC
LIMIT $3
