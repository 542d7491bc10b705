-- Links that are there against the log, or missing.
SELECT count(*)
FROM (
  SELECT v.* FROM (
    SELECT coord, link_to, link_type, op, seq, strength, metadata,
      row_number() OVER (PARTITION BY coord, link_to, link_type ORDER BY seq DESC) AS place
    FROM log
    WHERE namespace_id = $1 AND op IN (2, 3)) v
  WHERE v.place = 1 AND v.op = 2
    AND NOT EXISTS (SELECT 1 FROM log d WHERE d.namespace_id = $1 AND d.coord = v.coord AND d.op = 1 AND d.seq > v.seq)
    AND NOT EXISTS (SELECT 1 FROM log d WHERE d.namespace_id = $1 AND d.coord = v.link_to AND d.op = 1 AND d.seq > v.seq)) l
FULL JOIN (SELECT * FROM links WHERE namespace_id = $1) k
  ON k.from_coord = l.coord AND k.to_coord = l.link_to AND k.link_type = l.link_type
WHERE l.seq IS DISTINCT FROM k.seq OR l.strength IS DISTINCT FROM k.strength OR l.metadata IS DISTINCT FROM k.metadata
