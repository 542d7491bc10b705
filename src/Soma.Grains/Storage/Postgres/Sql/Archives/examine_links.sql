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
