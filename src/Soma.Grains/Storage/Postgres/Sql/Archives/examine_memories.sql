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
