-- The log after a seq, in order: a range of the primary key. No locks.
SELECT seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance,
  link_to, link_type, strength, metadata, created_at, at, expires_at
FROM soma.log
WHERE namespace_id = $1 AND seq > $2
ORDER BY seq
LIMIT $3
