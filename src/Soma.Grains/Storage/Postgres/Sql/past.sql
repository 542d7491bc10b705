-- The log as the past of a namespace. Single statements that take no locks and wait for none.

-- name: past_times
-- The newest row up to each of these seqs, looked up one by one in the primary key. No locks.
SELECT w.seq, l.seq, l.at
FROM unnest($2::bigint[]) AS w (seq)
CROSS JOIN LATERAL (
  SELECT v.seq, v.at FROM soma.log v WHERE v.namespace_id = $1 AND v.seq <= w.seq ORDER BY v.seq DESC LIMIT 1) l

-- name: past_history
-- The stores and deletes of one memory before a seq, newest first: a range of log_by_coord. No locks.
SELECT seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance,
  link_to, link_type, strength, metadata, created_at, at, expires_at, written_by
FROM soma.log
WHERE namespace_id = $1 AND coord = $2 AND seq < $3 AND op <= 1
ORDER BY seq DESC
LIMIT $4

-- name: past_version
-- The row that stored a version of a memory: a range of log_by_coord. No locks.
SELECT seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance,
  link_to, link_type, strength, metadata, created_at, at, expires_at, written_by
FROM soma.log
WHERE namespace_id = $1 AND coord = $2 AND op = 0 AND version = $3
ORDER BY seq DESC
LIMIT 1

-- name: past_state
-- The memories that were alive after a seq and had not expired at a time, in the order of their keys. Every key that was ever stored
-- has a row in memories; the version of the moment is looked up for each in log_by_coord. No locks.
SELECT m.coord, l.seq, l.version
FROM soma.memories m
CROSS JOIN LATERAL (
  SELECT v.seq, v.version, v.op, v.expires_at, v.payload IS NOT NULL AS is_kept FROM soma.log v
  WHERE v.namespace_id = $1 AND v.coord = m.coord AND v.seq <= $2 AND v.op <= 1
  ORDER BY v.seq DESC LIMIT 1) l
WHERE m.namespace_id = $1 AND m.coord > $4 AND l.op = 0 AND l.is_kept AND (l.expires_at IS NULL OR l.expires_at > $3)
ORDER BY m.coord
LIMIT $5

-- name: past_link_changes
-- What can change links between two seqs: links, removals of links, and deletes of memories. No locks.
SELECT seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance,
  link_to, link_type, strength, metadata, created_at, at, expires_at, written_by
FROM soma.log
WHERE namespace_id = $1 AND seq > $2 AND seq <= $3 AND op >= 1
ORDER BY seq
LIMIT $4
