-- Versions as the log keeps them, with the coordinate's accesses as they are now. No locks.
SELECT l.coord, l.seq, l.version, true, l.type, l.importance, l.created_seq, l.created_at, l.expires_at,
  CASE WHEN m.alive THEN m.access_count ELSE 0 END,
  l.at, l.payload, l.text, l.has_text, l.brought_vector
FROM soma.log l
LEFT JOIN LATERAL (
  SELECT c.alive, c.access_count FROM soma.memories c
  WHERE c.namespace_id = l.namespace_id AND c.coord = l.coord LIMIT 1) m ON true
WHERE l.namespace_id = $1 AND l.seq = ANY ($2) AND l.op = 0 AND l.payload IS NOT NULL
ORDER BY l.seq
