-- What each coordinate holds, by the log's last word on it.
INSERT INTO soma.memories (
  namespace_id, coord, seq, version, alive, type, importance, has_vector, created_seq, created_at, expires_at)
SELECT $1, v.coord, v.seq, v.version, v.op = 0, CASE v.op WHEN 0 THEN v.type ELSE 0 END, CASE v.op WHEN 0 THEN v.importance ELSE 0 END,
  v.op = 0 AND v.has_vector, CASE v.op WHEN 0 THEN v.created_seq ELSE 0 END, CASE v.op WHEN 0 THEN v.created_at ELSE 0 END,
  CASE v.op WHEN 0 THEN v.expires_at END
FROM (
  SELECT l.coord, l.seq, l.op, l.version, l.type, l.importance, l.created_seq, l.created_at, l.expires_at,
    l.has_text OR l.brought_vector IS NOT NULL AS has_vector,
    row_number() OVER (PARTITION BY l.coord ORDER BY l.seq DESC) AS place
  FROM soma.log l
  WHERE l.namespace_id = $1 AND l.op IN (0, 1)) v
WHERE v.place = 1
