-- Which versions were superseded long enough ago, and the dropping of their content. As on Postgres.

-- name: find_compactable
-- A page of namespaces: those that hold something to look at, with their settings, and the page's last one, which says where the next
-- begins. One look-up each in the log and in the index of versions that end.
WITH page AS (
  SELECT n.id, n.tenant, n.name,
    CASE WHEN n.head_seq > n.compacted_seq THEN (
      SELECT l.at FROM log l WHERE l.namespace_id = n.id AND l.seq = n.compacted_seq + 1) END AS next_at,
    (SELECT l.expires_at FROM log l INDEXED BY log_by_end
      WHERE l.namespace_id = n.id AND l.op = 0 AND l.expires_at IS NOT NULL AND l.payload IS NOT NULL
        AND (l.expires_at, l.seq) > (n.compacted_end, n.compacted_end_seq)
      ORDER BY l.expires_at, l.seq LIMIT 1) AS next_end
  FROM namespaces n
  WHERE n.id > $2 AND n.tenant NOT LIKE '~%'
  ORDER BY n.id
  LIMIT $3)
SELECT p.id, CASE WHEN p.next_at <= $1 OR p.next_end <= $1 THEN min(coalesce(p.next_at, p.next_end), coalesce(p.next_end, p.next_at)) END, (
  SELECT s.payload FROM grain_state s WHERE s.service_id = $4 AND s.state_name = $5 AND s.grain_id = $6 || p.tenant || '/' || p.name)
FROM page p
WHERE p.next_at <= $1 OR p.next_end <= $1 OR p.id = (SELECT max(q.id) FROM page q)
ORDER BY p.id

-- name: read_compaction
-- How far compaction has come in a namespace.
SELECT compacted_seq, compacted_end, compacted_end_seq FROM namespaces WHERE id = $1

-- name: find_page_end
-- The last row of the log's next page that is old enough: times never go back within a log.
SELECT max(p.seq), count(*) FROM (
  SELECT l.seq, l.at FROM log l WHERE l.namespace_id = $1 AND l.seq > $2 ORDER BY l.seq LIMIT $4) p
WHERE p.at <= $3

-- name: find_ended_by_rows
-- The newest row of each coordinate in a page of the log, as a bound of what is superseded there: see Compacting/ICompactionStore.cs.
WITH newest AS (
  SELECT l.coord, max(l.seq) AS seq, l.op, l.version, l.created_seq, l.expires_at
  FROM log l
  WHERE l.namespace_id = $1 AND l.seq > $2 AND l.seq <= $3 AND l.op IN (0, 1)
  GROUP BY l.coord),
followed AS (
  SELECT n.*, n.op = 0 AND coalesce(n.expires_at <= $4, 0) AND coalesce((
    SELECT v.at FROM log v INDEXED BY log_by_coord
    WHERE v.namespace_id = $1 AND v.coord = n.coord AND v.seq > n.seq AND v.op IN (0, 1)
    ORDER BY v.seq LIMIT 1) > $4, 1) AS is_over
  FROM newest n)
SELECT coord, CASE WHEN is_over THEN seq ELSE seq - 1 END, created_seq, CASE WHEN op = 1 OR is_over THEN 9223372036854775807 ELSE version - $5 END
FROM followed

-- name: find_ended_by_time
-- The next versions whose own time is over; last, whether they are the last word on their coordinate at that moment.
SELECT l.coord, l.seq, l.created_seq, l.expires_at, l.at <= $2 AND coalesce((
  SELECT v.at FROM log v INDEXED BY log_by_coord
  WHERE v.namespace_id = $1 AND v.coord = l.coord AND v.seq > l.seq AND v.op IN (0, 1)
  ORDER BY v.seq LIMIT 1) > $2, 1)
FROM log l INDEXED BY log_by_end
WHERE l.namespace_id = $1 AND l.op = 0 AND l.expires_at IS NOT NULL AND l.payload IS NOT NULL
  AND (l.expires_at, l.seq) > ($3, $4) AND l.expires_at <= $2
ORDER BY l.expires_at, l.seq
LIMIT $5

-- name: find_superseded
-- Versions of a coordinate that may go, with the row that ended each (none: its own time did) and when it ended. Older versions go
-- first, so below one without content there is none with it.
WITH past AS (
  SELECT p.seq, p.expires_at, (
    SELECT s.seq FROM log s INDEXED BY log_by_coord
    WHERE s.namespace_id = $1 AND s.coord = $2 AND s.seq > p.seq AND s.op IN (0, 1) ORDER BY s.seq LIMIT 1) AS next_seq
  FROM log p INDEXED BY log_by_coord
  WHERE p.namespace_id = $1 AND p.coord = $2 AND p.seq <= $3 AND p.op = 0 AND p.payload IS NOT NULL
    AND (p.created_seq <> $4 OR p.version <= $5)
    AND p.seq > coalesce((
      SELECT g.seq FROM log g INDEXED BY log_by_coord
      WHERE g.namespace_id = $1 AND g.coord = $2 AND g.seq <= $3 AND g.op = 0 AND g.payload IS NULL
      ORDER BY g.seq DESC LIMIT 1), 0))
SELECT p.seq, CASE WHEN n.seq IS NULL OR p.expires_at <= n.at THEN NULL ELSE n.seq END,
  CASE WHEN n.seq IS NULL OR p.expires_at <= n.at THEN p.expires_at ELSE n.at END
FROM past p
LEFT JOIN log n ON n.namespace_id = $1 AND n.seq = p.next_seq
ORDER BY p.seq

-- name: find_seq_at
-- The first seq of a log whose time is not before a moment, by halving: head + 1 if there is none.
WITH RECURSIVE half (low, high) AS (
  SELECT 1, n.head_seq + 1 FROM namespaces n WHERE n.id = $1
  UNION ALL
  SELECT CASE WHEN l.at < $2 THEN l.seq + 1 ELSE h.low END, CASE WHEN l.at < $2 THEN h.high ELSE l.seq END
  FROM half h
  JOIN log l ON l.namespace_id = $1 AND l.seq = (h.low + h.high) / 2
  WHERE h.low < h.high)
SELECT coalesce((SELECT max(h.low) FROM half h WHERE h.low >= h.high), (SELECT n.head_seq + 1 FROM namespaces n WHERE n.id = $1), 1)

-- name: move_horizon
-- Says that the past before here may not be whole any more, before any of it goes.
UPDATE namespaces SET horizon = max(horizon, $2), horizon_at = max(horizon_at, $3) WHERE id = $1 AND tenant NOT LIKE '~%'

-- name: has_horizon
-- Whether the horizon has been moved to where a set needs it, of a namespace that still has a name.
SELECT 1 FROM namespaces WHERE id = $1 AND horizon >= $2 AND tenant NOT LIKE '~%'

-- name: drop_content
-- Empties a version. An empty text tells it from a purged version, which has none.
UPDATE log SET payload = NULL, text = x'', brought_vector = NULL, has_text = 0
WHERE namespace_id = $1 AND seq = $2 AND op = 0 AND payload IS NOT NULL

-- name: advance_compaction
-- How far compaction has come. Epoch, commit number and head stay as they are.
UPDATE namespaces SET
  compacted_seq = max(compacted_seq, $2),
  compacted_end_seq = CASE WHEN ($3, $4) > (compacted_end, compacted_end_seq) THEN $4 ELSE compacted_end_seq END,
  compacted_end = max(compacted_end, $3)
WHERE id = $1

-- name: restart_compaction
-- Looks at the whole log again, because fewer versions are kept than before.
UPDATE namespaces SET compacted_seq = 0 WHERE tenant = $1 AND name = $2

-- name: read_horizon
-- From which seq and from which moment on the past of a namespace is whole.
SELECT horizon, horizon_at FROM namespaces WHERE id = $1
