-- What these coordinates hold, tombstones too; content comes from the log row of the current seq, looked up one by one
-- whatever the statistics say. No locks.
SELECT m.coord, m.seq, m.version, m.alive, m.type, m.importance, m.created_seq, m.created_at, m.expires_at, m.access_count,
  l.at, l.payload, l.text, l.has_text, l.brought_vector
FROM soma.memories m
LEFT JOIN LATERAL (
  SELECT v.at, v.payload, v.text, v.has_text, v.brought_vector FROM soma.log v
  WHERE v.namespace_id = m.namespace_id AND v.seq = m.seq AND m.alive LIMIT 1) l ON true
WHERE m.namespace_id = $1 AND m.coord = ANY ($2)
