-- Reads: each sees one commit throughout.

-- name: read_memory
-- What a coordinate holds, a tombstone too; content comes from the log row of the current seq.
SELECT m.coord, m.seq, m.version, m.alive, m.type, m.importance, m.created_seq, m.created_at, m.expires_at, m.access_count,
  l.at, l.payload, l.text, l.has_text, l.brought_vector, l.written_by
FROM memories m
LEFT JOIN log l ON l.namespace_id = m.namespace_id AND l.seq = m.seq AND m.alive
WHERE m.namespace_id = $1 AND m.coord = $2

-- name: read_receipt
-- The receipt under a key, whether its time is over or not.
SELECT key, request_hash, status, body, seq, etag, expires_at FROM receipts WHERE namespace_id = $1 AND key = $2

-- name: read_version
-- A version as the log keeps it, with the coordinate's accesses as they are now.
SELECT l.coord, l.seq, l.version, 1, l.type, l.importance, l.created_seq, l.created_at, l.expires_at,
  CASE WHEN m.alive THEN m.access_count ELSE 0 END,
  l.at, l.payload, l.text, l.has_text, l.brought_vector, l.written_by
FROM log l
LEFT JOIN memories m ON m.namespace_id = l.namespace_id AND m.coord = l.coord
WHERE l.namespace_id = $1 AND l.seq = $2 AND l.op = 0 AND l.payload IS NOT NULL

-- name: read_newest
-- Living memories, newest first, below a seq. A version without payload is an expired memory that was purged before it was
-- swept: nothing to load.
SELECT m.coord, m.seq, m.version, m.alive, m.type, m.importance, m.created_seq, m.created_at, m.expires_at, m.access_count,
  l.at, l.payload, l.text, l.has_text, l.brought_vector, l.written_by
FROM memories m
JOIN log l ON l.namespace_id = m.namespace_id AND l.seq = m.seq
WHERE m.namespace_id = $1 AND m.seq < $2 AND m.alive AND l.payload IS NOT NULL
ORDER BY m.seq DESC
LIMIT $3

-- name: read_log
-- The log after a seq, in order.
SELECT seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance,
  link_to, link_type, strength, metadata, created_at, at, expires_at, written_by
FROM log
WHERE namespace_id = $1 AND seq > $2
ORDER BY seq
LIMIT $3

-- name: read_operations
-- Which operations wrote the rows below a seq, newest first: a range of the primary key.
SELECT seq, at, operation FROM log WHERE namespace_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3

-- name: read_link
-- One link, if it exists.
SELECT from_coord, to_coord, link_type, strength, metadata, seq
FROM links WHERE namespace_id = $1 AND from_coord = $2 AND to_coord = $3 AND link_type = $4

-- name: read_links_outgoing
-- Links that leave a coordinate, optionally of one type: stronger first.
SELECT from_coord, to_coord, link_type, strength, metadata, seq
FROM links
WHERE namespace_id = $1 AND from_coord = $2 AND ($3 IS NULL OR link_type = $3)
ORDER BY strength DESC, to_coord, link_type
LIMIT $4

-- name: read_links_incoming
-- Links that enter a coordinate, optionally of one type: stronger first.
-- The index is named: without statistics the planner takes the primary key, and walks the whole namespace.
SELECT from_coord, to_coord, link_type, strength, metadata, seq
FROM links INDEXED BY links_incoming
WHERE namespace_id = $1 AND to_coord = $2 AND ($3 IS NULL OR link_type = $3)
ORDER BY strength DESC, from_coord, link_type
LIMIT $4

-- name: read_links_leaving
-- The first links that leave a coordinate, optionally of one type, by the other end, without metadata.
SELECT from_coord, to_coord, link_type, strength, NULL AS metadata, seq
FROM links
WHERE namespace_id = $1 AND from_coord = $2 AND ($3 IS NULL OR link_type = $3)
ORDER BY to_coord, link_type
LIMIT $4

-- name: read_links_entering
-- The first links that enter a coordinate, optionally of one type, by the other end, without metadata.
-- The index is named: without statistics the planner takes the primary key, and walks the whole namespace.
SELECT from_coord, to_coord, link_type, strength, NULL AS metadata, seq
FROM links INDEXED BY links_incoming
WHERE namespace_id = $1 AND to_coord = $2 AND ($3 IS NULL OR link_type = $3)
ORDER BY from_coord, link_type
LIMIT $4

-- name: read_stats
-- The kept counters of every namespace that was ever written.
SELECT tenant, name, count_episodic, count_semantic, count_belief, count_vectors
FROM namespaces WHERE head_seq > 0 ORDER BY tenant, name

-- name: read_place
-- Where a coordinate stood in lists at a moment: its newest stored version up to that seq.
-- The index is named: without statistics the planner takes the primary key, and walks the whole namespace.
SELECT coord, seq, importance FROM log INDEXED BY log_by_coord
WHERE namespace_id = $1 AND coord = $2 AND seq <= $3 AND op = 0
ORDER BY seq DESC LIMIT 1
