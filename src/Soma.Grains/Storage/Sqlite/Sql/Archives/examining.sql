-- What a namespace's rows say by themselves, to be compared with its own row after a restore and by `soma verify --live`.

-- name: examine_log
-- The log in numbers: rows, first and last seq, newest time, largest epoch and importance, sizes of brought vectors.
SELECT count(*), coalesce(min(seq), 0), coalesce(max(seq), 0), coalesce(max(at), 0), coalesce(max(epoch), 0),
  max(importance) FILTER (WHERE op = 0),
  (SELECT length(f.brought_vector) FROM log f
    WHERE f.namespace_id = $1 AND f.brought_vector IS NOT NULL ORDER BY f.seq LIMIT 1),
  max(length(brought_vector)), min(length(brought_vector))
FROM log
WHERE namespace_id = $1

-- name: examine_counts
-- What the counters should say.
SELECT count(*) FILTER (WHERE alive AND type = 0), count(*) FILTER (WHERE alive AND type = 1), count(*) FILTER (WHERE alive AND type = 2),
  count(*) FILTER (WHERE alive AND has_vector)
FROM memories
WHERE namespace_id = $1

-- name: examine_versions
-- Versions that do not follow on: a put is one more than the row before it at its coordinate, a delete the same. The first row may be any
-- put: a fork without history begins with the versions that it copied.
SELECT count(*) FROM (
  SELECT op, version, lag(version, 1, version - 1) OVER (PARTITION BY coord ORDER BY seq) AS before
  FROM log
  WHERE namespace_id = $1 AND op IN (0, 1)) v
WHERE v.version <> v.before + CASE v.op WHEN 0 THEN 1 ELSE 0 END

-- name: examine_memories
-- Coordinates that hold something else than the log's last word on them, and those that the log does not know. An expired
-- memory may have been swept: a tombstone where the log has a put that ends. Looked up by their keys: a full join goes through
-- all of them for each.
SELECT count(*) FILTER (
    WHERE m.coord IS NULL OR l.seq <> m.seq OR l.version <> m.version
      OR (m.alive AND (
        l.op <> 0 OR l.type <> m.type OR l.importance <> m.importance OR l.created_seq <> m.created_seq OR l.created_at <> m.created_at
        OR l.expires_at IS NOT m.expires_at OR (NOT l.emptied AND l.has_vector <> m.has_vector)))
      OR (NOT m.alive AND l.op = 0 AND l.expires_at IS NULL))
  + (SELECT count(*) FROM memories WHERE namespace_id = $1) - count(m.coord)
FROM (
  SELECT * FROM (
    SELECT coord, seq, op, version, type, importance, created_seq, created_at, expires_at, payload IS NULL AS emptied,
      has_text OR brought_vector IS NOT NULL AS has_vector, row_number() OVER (PARTITION BY coord ORDER BY seq DESC) AS place
    FROM log
    WHERE namespace_id = $1 AND op IN (0, 1))
  WHERE place = 1) l
LEFT JOIN memories m ON m.namespace_id = $1 AND m.coord = l.coord

-- name: examine_links
-- Links that are there against the log, or missing. Looked up by their keys: a full join goes through all of them for each.
WITH removed AS (
  SELECT coord, max(seq) AS seq FROM log WHERE namespace_id = $1 AND op = 1 GROUP BY coord),
last AS (
  SELECT coord, link_to, link_type, op, seq, strength, metadata,
    row_number() OVER (PARTITION BY coord, link_to, link_type ORDER BY seq DESC) AS place
  FROM log
  WHERE namespace_id = $1 AND op IN (2, 3))
SELECT count(*) FILTER (
    WHERE k.seq IS NULL OR l.seq <> k.seq OR l.strength <> k.strength OR l.metadata IS NOT k.metadata)
  + (SELECT count(*) FROM links WHERE namespace_id = $1) - count(k.seq)
FROM (
  SELECT l.*
  FROM last l
  LEFT JOIN removed f ON f.coord = l.coord
  LEFT JOIN removed t ON t.coord = l.link_to
  WHERE l.place = 1 AND l.op = 2 AND l.seq > coalesce(f.seq, 0) AND l.seq > coalesce(t.seq, 0)) l
LEFT JOIN links k ON k.namespace_id = $1 AND k.from_coord = l.coord AND k.to_coord = l.link_to AND k.link_type = l.link_type
