-- What the rules of forgetting go by. Only namespaces with such settings ask.

-- name: read_living
-- Living memories, newest first, below a seq, with the sizes of their contents; SQLite takes those from the heads of the rows.
SELECT m.coord, m.seq, m.version, m.type, m.importance, m.created_seq, m.created_at, m.expires_at, m.access_count, coalesce(l.at, m.created_at),
  coalesce(length(l.payload), 0) + coalesce(length(l.text), 0) + coalesce(length(l.brought_vector), 0),
  l.written_by
FROM memories m
LEFT JOIN log l ON l.namespace_id = m.namespace_id AND l.seq = m.seq
WHERE m.namespace_id = $1 AND m.seq < $2 AND m.alive
ORDER BY m.seq DESC
LIMIT $3

-- name: read_amounts
-- What the memories that have not expired add up to, by who wrote them and when they expire.
SELECT l.written_by, m.expires_at, count(*), sum(coalesce(length(l.payload), 0) + coalesce(length(l.text), 0) + coalesce(length(l.brought_vector), 0))
FROM memories m
JOIN log l ON l.namespace_id = m.namespace_id AND l.seq = m.seq
WHERE m.namespace_id = $1 AND m.alive AND (m.expires_at IS NULL OR m.expires_at > $2)
GROUP BY l.written_by, m.expires_at

-- name: read_access_times
-- When living memories were last read, newest memories first, below a seq.
SELECT coord, seq, accessed_at FROM memories
WHERE namespace_id = $1 AND seq < $2 AND alive AND accessed_at > 0
ORDER BY seq DESC
LIMIT $3

-- name: touch_memory
-- The time of a memory's last read, within a commit.
UPDATE memories SET accessed_at = max(accessed_at, $3) WHERE namespace_id = $1 AND coord = $2 AND alive
