-- Reads: single statements that take no locks and wait for none; and the write of a health check.

-- name: read_memories
-- What these coordinates hold, tombstones too; content comes from the log row of the current seq, looked up one by one
-- whatever the statistics say. No locks.
SELECT m.coord, m.seq, m.version, m.alive, m.type, m.importance, m.created_seq, m.created_at, m.expires_at, m.access_count,
  l.at, l.payload, l.text, l.has_text, l.brought_vector, l.written_by
FROM soma.memories m
LEFT JOIN LATERAL (
  SELECT v.at, v.payload, v.text, v.has_text, v.brought_vector, v.written_by FROM soma.log v
  WHERE v.namespace_id = m.namespace_id AND v.seq = m.seq AND m.alive LIMIT 1) l ON true
WHERE m.namespace_id = $1 AND m.coord = ANY ($2)

-- name: read_receipts
-- The receipts under these keys, whether their time is over or not. No locks.
SELECT key, request_hash, status, body, seq, etag, expires_at
FROM soma.receipts
WHERE namespace_id = $1 AND key = ANY ($2)

-- name: read_versions
-- Versions as the log keeps them, with the coordinate's accesses as they are now. No locks.
SELECT l.coord, l.seq, l.version, true, l.type, l.importance, l.created_seq, l.created_at, l.expires_at,
  CASE WHEN m.alive THEN m.access_count ELSE 0 END,
  l.at, l.payload, l.text, l.has_text, l.brought_vector, l.written_by
FROM soma.log l
LEFT JOIN LATERAL (
  SELECT c.alive, c.access_count FROM soma.memories c
  WHERE c.namespace_id = l.namespace_id AND c.coord = l.coord LIMIT 1) m ON true
WHERE l.namespace_id = $1 AND l.seq = ANY ($2) AND l.op = 0 AND l.payload IS NOT NULL
ORDER BY l.seq

-- name: read_newest
-- Living memories, newest first, below a seq: a range of the partial index, however many tombstones there are. No locks.
-- A version without payload is an expired memory that was purged before it was swept: nothing to load.
SELECT m.coord, m.seq, m.version, m.alive, m.type, m.importance, m.created_seq, m.created_at, m.expires_at, m.access_count,
  l.at, l.payload, l.text, l.has_text, l.brought_vector, l.written_by
FROM soma.memories m
CROSS JOIN LATERAL (
  SELECT v.at, v.payload, v.text, v.has_text, v.brought_vector, v.written_by FROM soma.log v
  WHERE v.namespace_id = m.namespace_id AND v.seq = m.seq AND v.payload IS NOT NULL LIMIT 1) l
WHERE m.namespace_id = $1 AND m.seq < $2 AND m.alive
ORDER BY m.seq DESC
LIMIT $3

-- name: read_log
-- The log after a seq, in order: a range of the primary key. No locks.
SELECT seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance,
  link_to, link_type, strength, metadata, created_at, at, expires_at, written_by
FROM soma.log
WHERE namespace_id = $1 AND seq > $2
ORDER BY seq
LIMIT $3

-- name: read_operations
-- Which operations wrote the rows below a seq, newest first: a range of the primary key. No locks.
SELECT seq, at, operation FROM soma.log WHERE namespace_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3

-- name: read_links
-- Which of these links exist. No locks.
SELECT l.from_coord, l.to_coord, l.link_type, l.strength, l.metadata, l.seq
FROM unnest($2, $3, $4) AS wanted(from_coord, to_coord, link_type)
CROSS JOIN LATERAL (
  SELECT k.* FROM soma.links k
  WHERE k.namespace_id = $1 AND k.from_coord = wanted.from_coord AND k.to_coord = wanted.to_coord
    AND k.link_type = wanted.link_type LIMIT 1) l

-- name: read_links_outgoing
-- Links that leave these coordinates, optionally of one type: coordinate, then stronger first. No locks.
SELECT from_coord, to_coord, link_type, strength, metadata, seq
FROM soma.links
WHERE namespace_id = $1 AND from_coord = ANY ($2) AND ($3 IS NULL OR link_type = $3)
ORDER BY from_coord, strength DESC, to_coord, link_type
LIMIT $4

-- name: read_links_incoming
-- Links that enter these coordinates, optionally of one type: coordinate, then stronger first. No locks.
SELECT from_coord, to_coord, link_type, strength, metadata, seq
FROM soma.links
WHERE namespace_id = $1 AND to_coord = ANY ($2) AND ($3 IS NULL OR link_type = $3)
ORDER BY to_coord, strength DESC, from_coord, link_type
LIMIT $4

-- name: read_links_around
-- For each of these coordinates the strongest links that leave it, and the strongest that enter it, optionally of some types.
-- In each direction only the first so many by the other end are looked at, so that a hub costs no more than they do. No locks.
SELECT l.from_coord, l.to_coord, l.link_type, l.strength, l.metadata, l.seq
FROM unnest($2) AS wanted(coord)
CROSS JOIN LATERAL (
  (SELECT o.* FROM (
    SELECT k.from_coord, k.to_coord, k.link_type, k.strength, NULL::bytea AS metadata, k.seq FROM soma.links k
    WHERE k.namespace_id = $1 AND k.from_coord = wanted.coord AND ($3::bytea[] IS NULL OR k.link_type = ANY ($3))
    ORDER BY k.to_coord, k.link_type LIMIT $4) o
  ORDER BY o.strength DESC, o.to_coord, o.link_type LIMIT $5)
  UNION ALL
  (SELECT i.* FROM (
    SELECT k.from_coord, k.to_coord, k.link_type, k.strength, NULL::bytea AS metadata, k.seq FROM soma.links k
    WHERE k.namespace_id = $1 AND k.to_coord = wanted.coord AND ($3::bytea[] IS NULL OR k.link_type = ANY ($3))
    ORDER BY k.from_coord, k.link_type LIMIT $4) i
  ORDER BY i.strength DESC, i.from_coord, i.link_type LIMIT $5)) l

-- name: read_stats
-- The kept counters of every namespace that was ever written: one row per namespace, no memory is counted. No locks.
SELECT tenant, name, count_episodic, count_semantic, count_belief, count_vectors
FROM soma.namespaces
WHERE head_seq > 0
ORDER BY tenant, name

-- name: read_totals
-- The kept counters of all namespaces together. No locks.
SELECT coalesce(sum(count_episodic), 0)::bigint, coalesce(sum(count_semantic), 0)::bigint,
  coalesce(sum(count_belief), 0)::bigint, coalesce(sum(count_vectors), 0)::bigint
FROM soma.namespaces
WHERE head_seq > 0

-- name: check_writable
-- Proves that the store takes writes, on a row that nothing else locks.
INSERT INTO soma.probe (id, written) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET written = probe.written + 1

-- name: read_places
-- Where coordinates stood in lists at a moment: the newest stored version of each up to that seq, looked up one by one. No locks.
SELECT c.coord, l.seq, l.importance
FROM unnest($2::text[]) AS c (coord)
CROSS JOIN LATERAL (
  SELECT v.seq, v.importance FROM soma.log v
  WHERE v.namespace_id = $1 AND v.coord = c.coord AND v.seq <= $3 AND v.op = 0
  ORDER BY v.seq DESC LIMIT 1) l
