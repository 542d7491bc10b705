-- Living memories with text that have no row in a space yet, oldest first above a seq.
SELECT m.coord, m.seq, m.version, m.alive, m.type, m.importance, m.created_seq, m.created_at, m.expires_at, m.access_count,
  l.at, l.payload, l.text, l.has_text, l.brought_vector
FROM memories m
JOIN log l ON l.namespace_id = m.namespace_id AND l.seq = m.seq
WHERE m.namespace_id = $1 AND m.seq > $2 AND m.alive AND l.has_text AND l.payload IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.namespace_id = m.namespace_id AND e.seq = m.seq AND e.space = $3)
ORDER BY m.seq
LIMIT $4
