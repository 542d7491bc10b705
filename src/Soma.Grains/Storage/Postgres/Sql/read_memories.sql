-- What these coordinates hold, tombstones too; content comes from the log row of the current seq. No locks.
SELECT m.coord, m.seq, m.version, m.alive, m.type, m.importance, m.created_seq, m.created_at, m.expires_at, m.access_count,
  l.at, l.payload, l.text, l.has_text, l.brought_vector
FROM soma.memories m
LEFT JOIN soma.log l ON l.namespace_id = m.namespace_id AND l.seq = m.seq AND m.alive
WHERE m.namespace_id = $1 AND m.coord = ANY ($2)
