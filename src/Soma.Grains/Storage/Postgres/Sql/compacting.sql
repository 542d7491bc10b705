-- Which versions were superseded long enough ago, and the dropping of their content.

-- name: find_compactable
-- A page of namespaces: those that hold something to look at, with their settings, and the page's last one, which says where the next
-- begins. One look-up each in the log and in the index of versions that end. No locks.
WITH page AS (
  SELECT n.id, n.tenant, n.name,
    CASE WHEN n.head_seq > n.compacted_seq THEN (
      SELECT l.at FROM soma.log l WHERE l.namespace_id = n.id AND l.seq = n.compacted_seq + 1) END AS next_at,
    (SELECT l.expires_at FROM soma.log l
      WHERE l.namespace_id = n.id AND l.op = 0 AND l.expires_at IS NOT NULL AND l.payload IS NOT NULL
        AND (l.expires_at, l.seq) > (n.compacted_end, n.compacted_end_seq)
      ORDER BY l.expires_at, l.seq LIMIT 1) AS next_end
  FROM soma.namespaces n
  WHERE n.id > $2 AND n.tenant NOT LIKE '~%'
  ORDER BY n.id
  LIMIT $3)
SELECT p.id, CASE WHEN least(p.next_at, p.next_end) <= $1 THEN least(p.next_at, p.next_end) END, (
  SELECT s.payload FROM soma.grain_state s
  WHERE s.service_id = $4 AND s.state_name = $5 AND s.grain_n0 = 0 AND s.grain_n1 = 0 AND s.grain_key = 'n/' || p.tenant || '/' || p.name)
FROM page p
WHERE least(p.next_at, p.next_end) <= $1 OR p.id = (SELECT max(q.id) FROM page q)
ORDER BY p.id

-- name: read_compaction
-- How far compaction has come in a namespace. No locks.
SELECT compacted_seq, compacted_end, compacted_end_seq FROM soma.namespaces WHERE id = $1

-- name: find_page_end
-- The last row of the log's next page that is old enough: times never go back within a log. No locks.
SELECT max(p.seq), count(*) FROM (
  SELECT l.seq, l.at FROM soma.log l WHERE l.namespace_id = $1 AND l.seq > $2 ORDER BY l.seq LIMIT $4) p
WHERE p.at <= $3

-- name: find_ended_by_rows
-- The newest row of each coordinate in a page of the log, as a bound of what is superseded there: see Compacting/ICompactionStore.cs. No locks.
WITH newest AS (
  SELECT DISTINCT ON (l.coord) l.coord, l.seq, l.op, l.version, l.created_seq, l.expires_at
  FROM soma.log l
  WHERE l.namespace_id = $1 AND l.seq > $2 AND l.seq <= $3 AND l.op IN (0, 1)
  ORDER BY l.coord, l.seq DESC)
SELECT n.coord, CASE WHEN n.op = 0 AND n.expires_at <= $4 AND coalesce(f.at > $4, true) THEN n.seq ELSE n.seq - 1 END, n.created_seq,
  CASE WHEN n.op = 1 OR (n.expires_at <= $4 AND coalesce(f.at > $4, true)) THEN 9223372036854775807 ELSE n.version - $5 END
FROM newest n
LEFT JOIN LATERAL (
  SELECT v.at FROM soma.log v WHERE v.namespace_id = $1 AND v.coord = n.coord AND v.seq > n.seq AND v.op IN (0, 1)
  ORDER BY v.seq LIMIT 1) f ON true

-- name: find_ended_by_time
-- The next versions whose own time is over; last, whether they are the last word on their coordinate at that moment. No locks.
SELECT l.coord, l.seq, l.created_seq, l.expires_at, l.at <= $2 AND coalesce((
  SELECT v.at FROM soma.log v WHERE v.namespace_id = $1 AND v.coord = l.coord AND v.seq > l.seq AND v.op IN (0, 1)
  ORDER BY v.seq LIMIT 1) > $2, true)
FROM soma.log l
WHERE l.namespace_id = $1 AND l.op = 0 AND l.expires_at IS NOT NULL AND l.payload IS NOT NULL
  AND (l.expires_at, l.seq) > ($3, $4) AND l.expires_at <= $2
ORDER BY l.expires_at, l.seq
LIMIT $5

-- name: find_superseded
-- Versions of these coordinates that may go, with the row that ended each (none: its own time did) and when it ended. Older versions
-- go first, so below one without content there is none with it. No locks.
SELECT p.seq,
  CASE WHEN n.seq IS NULL OR p.expires_at <= n.at THEN NULL ELSE n.seq END,
  CASE WHEN n.seq IS NULL OR p.expires_at <= n.at THEN p.expires_at ELSE n.at END
FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[]) AS e (coord, last_seq, created_seq, last_version)
CROSS JOIN LATERAL (
  SELECT coalesce((
    SELECT g.seq FROM soma.log g
    WHERE g.namespace_id = $1 AND g.coord = e.coord AND g.seq <= e.last_seq AND g.op = 0 AND g.payload IS NULL
    ORDER BY g.seq DESC LIMIT 1), 0) AS seq) gone
CROSS JOIN LATERAL (
  SELECT v.seq, v.expires_at FROM soma.log v
  WHERE v.namespace_id = $1 AND v.coord = e.coord AND v.seq > gone.seq AND v.seq <= e.last_seq AND v.op = 0 AND v.payload IS NOT NULL
    AND (v.created_seq <> e.created_seq OR v.version <= e.last_version)) p
LEFT JOIN LATERAL (
  SELECT s.seq, s.at FROM soma.log s
  WHERE s.namespace_id = $1 AND s.coord = e.coord AND s.seq > p.seq AND s.op IN (0, 1)
  ORDER BY s.seq LIMIT 1) n ON true
ORDER BY p.seq

-- name: find_seq_at
-- The first seq of a log whose time is not before a moment, by halving: head + 1 if there is none. No locks.
WITH RECURSIVE half (low, high) AS (
  SELECT 1::bigint, n.head_seq + 1 FROM soma.namespaces n WHERE n.id = $1
  UNION ALL
  SELECT CASE WHEN l.at < $2 THEN l.seq + 1 ELSE h.low END, CASE WHEN l.at < $2 THEN h.high ELSE l.seq END
  FROM half h
  CROSS JOIN LATERAL (
    SELECT v.seq, v.at FROM soma.log v WHERE v.namespace_id = $1 AND v.seq = (h.low + h.high) / 2 LIMIT 1) l
  WHERE h.low < h.high)
SELECT coalesce((SELECT max(h.low) FROM half h WHERE h.low >= h.high), (SELECT n.head_seq + 1 FROM soma.namespaces n WHERE n.id = $1), 1)

-- name: move_horizon
-- Says that the past before here may not be whole any more, before any of it goes. Locks the namespace's row, in line with its commits.
UPDATE soma.namespaces SET horizon = greatest(horizon, $2), horizon_at = greatest(horizon_at, $3) WHERE id = $1 AND tenant NOT LIKE '~%'

-- name: compact
-- One set in one statement and so in one transaction of its own; see the function for the locks.
SELECT status, versions FROM soma.compact_namespace($1, $2, $3, $4, $5, $6)

-- name: restart_compaction
-- Looks at the whole log again, because fewer versions are kept than before.
UPDATE soma.namespaces SET compacted_seq = 0 WHERE tenant = $1 AND name = $2

-- name: read_horizon
-- From which seq and from which moment on the past of a namespace is whole. No locks.
SELECT horizon, horizon_at FROM soma.namespaces WHERE id = $1
