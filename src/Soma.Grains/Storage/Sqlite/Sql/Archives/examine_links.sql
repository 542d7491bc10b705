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
