-- The log as the past of a namespace. Reads: each sees one commit throughout.

-- name: past_time
-- The newest row up to a seq: one step in the primary key.
SELECT $2, seq, at FROM log WHERE namespace_id = $1 AND seq <= $2 ORDER BY seq DESC LIMIT 1

-- name: past_history
-- The stores and deletes of one memory before a seq, newest first.
-- The index is named: without statistics the planner takes the primary key, and walks the whole namespace.
SELECT seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance,
  link_to, link_type, strength, metadata, created_at, at, expires_at, written_by
FROM log INDEXED BY log_by_coord
WHERE namespace_id = $1 AND coord = $2 AND seq < $3 AND op <= 1
ORDER BY seq DESC
LIMIT $4

-- name: past_version
-- The row that stored a version of a memory.
SELECT seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance,
  link_to, link_type, strength, metadata, created_at, at, expires_at, written_by
FROM log INDEXED BY log_by_coord
WHERE namespace_id = $1 AND coord = $2 AND op = 0 AND version = $3
ORDER BY seq DESC
LIMIT 1

-- name: past_state
-- The memories that were alive after a seq and had not expired at a time, in the order of their keys. Every key that was ever stored
-- has a row in memories; the version of the moment is looked up for each by the index that is named.
SELECT m.coord, l.seq, l.version
FROM memories m
JOIN log l ON l.namespace_id = m.namespace_id AND l.seq = (
  SELECT v.seq FROM log v INDEXED BY log_by_coord
  WHERE v.namespace_id = m.namespace_id AND v.coord = m.coord AND v.seq <= $2 AND v.op <= 1
  ORDER BY v.seq DESC LIMIT 1)
WHERE m.namespace_id = $1 AND m.coord > $4 AND l.op = 0 AND l.payload IS NOT NULL AND (l.expires_at IS NULL OR l.expires_at > $3)
ORDER BY m.coord
LIMIT $5

-- name: past_link_changes
-- What can change links between two seqs: links, removals of links, and deletes of memories.
SELECT seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance,
  link_to, link_type, strength, metadata, created_at, at, expires_at, written_by
FROM log
WHERE namespace_id = $1 AND seq > $2 AND seq <= $3 AND op >= 1
ORDER BY seq
LIMIT $4
