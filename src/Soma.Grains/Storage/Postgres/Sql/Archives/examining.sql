-- What a namespace's rows say by themselves, to be compared with its own row after a restore and by `soma verify --live`.

-- name: examine_log
-- The log in numbers: rows, first and last seq, newest time, largest epoch and importance, sizes of brought vectors. No locks.
SELECT count(*), coalesce(min(seq), 0), coalesce(max(seq), 0), coalesce(max(at), 0), coalesce(max(epoch), 0),
  max(importance) FILTER (WHERE op = 0),
  (SELECT octet_length(f.brought_vector) FROM soma.log f
    WHERE f.namespace_id = $1 AND f.brought_vector IS NOT NULL ORDER BY f.seq LIMIT 1),
  max(octet_length(brought_vector)), min(octet_length(brought_vector))
FROM soma.log
WHERE namespace_id = $1

-- name: examine_counts
-- What the counters should say. No locks.
SELECT count(*) FILTER (WHERE alive AND type = 0), count(*) FILTER (WHERE alive AND type = 1), count(*) FILTER (WHERE alive AND type = 2),
  count(*) FILTER (WHERE alive AND has_vector)
FROM soma.memories
WHERE namespace_id = $1

-- name: examine_versions
-- Versions that do not follow on: a put is one more than the row before it at its coordinate, a delete the same. The first row may be any
-- put: a fork without history begins with the versions that it copied. No locks.
SELECT count(*) FROM (
  SELECT op, version, lag(version, 1, version - 1) OVER (PARTITION BY coord ORDER BY seq) AS before
  FROM soma.log
  WHERE namespace_id = $1 AND op IN (0, 1)) v
WHERE v.version <> v.before + CASE v.op WHEN 0 THEN 1 ELSE 0 END

-- name: examine_memories
-- Coordinates that hold something else than the log's last word on them. An expired memory may have been swept: a tombstone
-- where the log has a put that ends. No locks.
SELECT count(*)
FROM (
  SELECT * FROM (
    SELECT coord, seq, op, version, type, importance, created_seq, created_at, expires_at, payload IS NULL AS emptied,
      has_text OR brought_vector IS NOT NULL AS has_vector, row_number() OVER (PARTITION BY coord ORDER BY seq DESC) AS place
    FROM soma.log
    WHERE namespace_id = $1 AND op IN (0, 1)) v
  WHERE v.place = 1) l
FULL JOIN (SELECT * FROM soma.memories WHERE namespace_id = $1) m ON m.coord = l.coord
WHERE l.seq IS DISTINCT FROM m.seq OR l.version IS DISTINCT FROM m.version
  OR (m.alive AND (
    l.op <> 0 OR l.type <> m.type OR l.importance <> m.importance OR l.created_seq <> m.created_seq OR l.created_at <> m.created_at
    OR l.expires_at IS DISTINCT FROM m.expires_at OR (NOT l.emptied AND l.has_vector <> m.has_vector)))
  OR (NOT m.alive AND l.op = 0 AND l.expires_at IS NULL)

-- name: examine_links
-- Links that are there against the log, or missing. No locks.
WITH removed AS (
  SELECT coord, max(seq) AS seq FROM soma.log WHERE namespace_id = $1 AND op = 1 GROUP BY coord),
last AS (
  SELECT coord, link_to, link_type, op, seq, strength, metadata,
    row_number() OVER (PARTITION BY coord, link_to, link_type ORDER BY seq DESC) AS place
  FROM soma.log
  WHERE namespace_id = $1 AND op IN (2, 3))
SELECT count(*)
FROM (
  SELECT l.*
  FROM last l
  LEFT JOIN removed f ON f.coord = l.coord
  LEFT JOIN removed t ON t.coord = l.link_to
  WHERE l.place = 1 AND l.op = 2 AND l.seq > coalesce(f.seq, 0) AND l.seq > coalesce(t.seq, 0)) l
FULL JOIN (SELECT * FROM soma.links WHERE namespace_id = $1) k
  ON k.from_coord = l.coord AND k.to_coord = l.link_to AND k.link_type = l.link_type
WHERE l.seq IS DISTINCT FROM k.seq OR l.strength IS DISTINCT FROM k.strength OR l.metadata IS DISTINCT FROM k.metadata
