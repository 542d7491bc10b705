-- Where coordinates stood in lists at a moment: the newest stored version of each up to that seq, looked up one by one. No locks.
SELECT c.coord, l.seq, l.importance
FROM unnest($2::text[]) AS c (coord)
CROSS JOIN LATERAL (
  SELECT v.seq, v.importance FROM soma.log v
  WHERE v.namespace_id = $1 AND v.coord = c.coord AND v.seq <= $3 AND v.op = 0
  ORDER BY v.seq DESC LIMIT 1) l
