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
