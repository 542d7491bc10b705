-- Living memories with text that have no row in a space yet, oldest first above a seq. No locks.
SELECT m.coord, m.seq, m.version, m.alive, m.type, m.importance, m.created_seq, m.created_at, m.expires_at, m.access_count,
  l.at, l.payload, l.text, l.has_text, l.brought_vector
FROM soma.memories m
CROSS JOIN LATERAL (
  SELECT v.at, v.payload, v.text, v.has_text, v.brought_vector FROM soma.log v
  WHERE v.namespace_id = m.namespace_id AND v.seq = m.seq AND v.has_text AND v.payload IS NOT NULL LIMIT 1) l
WHERE m.namespace_id = $1 AND m.seq > $2 AND m.alive
  AND NOT EXISTS (SELECT 1 FROM soma.embeddings e WHERE e.namespace_id = m.namespace_id AND e.seq = m.seq AND e.space = $3)
ORDER BY m.seq
LIMIT $4
