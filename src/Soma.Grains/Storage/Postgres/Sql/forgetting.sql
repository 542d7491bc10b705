-- What the rules of forgetting go by. Only namespaces with such settings ask.

-- name: read_living
-- Living memories, newest first, below a seq: a range of the partial index. The sizes of their contents are read without the contents
-- themselves, which lie elsewhere if they are large. No locks.
SELECT m.coord, m.seq, m.version, m.type, m.importance, m.created_seq, m.created_at, m.expires_at, m.access_count, coalesce(l.at, m.created_at), coalesce(l.bytes, 0),
  l.written_by
FROM soma.memories m
LEFT JOIN LATERAL (
  SELECT v.at, coalesce(octet_length(v.payload), 0)::bigint + coalesce(octet_length(v.text), 0) + coalesce(octet_length(v.brought_vector), 0) AS bytes,
    v.written_by
  FROM soma.log v WHERE v.namespace_id = m.namespace_id AND v.seq = m.seq LIMIT 1) l ON true
WHERE m.namespace_id = $1 AND m.seq < $2 AND m.alive
ORDER BY m.seq DESC
LIMIT $3

-- name: read_amounts
-- What the memories that have not expired add up to, by who wrote them and when they expire. The sizes of contents are read without the
-- contents themselves. No locks.
SELECT l.written_by, m.expires_at, count(*), coalesce(sum(l.bytes), 0)::bigint
FROM soma.memories m
CROSS JOIN LATERAL (
  SELECT v.written_by, coalesce(octet_length(v.payload), 0)::bigint + coalesce(octet_length(v.text), 0) + coalesce(octet_length(v.brought_vector), 0) AS bytes
  FROM soma.log v WHERE v.namespace_id = m.namespace_id AND v.seq = m.seq LIMIT 1) l
WHERE m.namespace_id = $1 AND m.alive AND (m.expires_at IS NULL OR m.expires_at > $2)
GROUP BY l.written_by, m.expires_at

-- name: read_access_times
-- When living memories were last read, newest memories first, below a seq. No locks.
SELECT coord, seq, accessed_at FROM soma.memories
WHERE namespace_id = $1 AND seq < $2 AND alive AND accessed_at > 0
ORDER BY seq DESC
LIMIT $3

-- name: commit_touching
-- The commit of a namespace whose importance fades: also writes when memories were last read. The function's call comes after the commit's.
SELECT c.status, c.clashing, c.memories, pg_current_wal_insert_lsn(), CASE WHEN c.status = 0 THEN soma.touch_memories($1, $57, $58) END
FROM soma.commit_batch(
  $1, $2, $3, $4, $5, $6, $7,
  $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
  $26, $27, $28, $29, $30, $31, $32, $33, $34, $35,
  $36, $37,
  $38, $39, $40,
  $41, $42, $43, $44, $45, $46,
  $47, $48, $49, $50, $51, $52, $53,
  $54,
  $55, $56) c
