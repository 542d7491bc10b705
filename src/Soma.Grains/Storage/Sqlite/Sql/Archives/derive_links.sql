-- The links that the log leaves: made last and not removed, and newer than any delete of a memory at either end.
INSERT INTO links (namespace_id, from_coord, to_coord, link_type, strength, metadata, seq)
SELECT $1, v.coord, v.link_to, v.link_type, v.strength, v.metadata, v.seq
FROM (
  SELECT l.coord, l.link_to, l.link_type, l.op, l.strength, l.metadata, l.seq,
    row_number() OVER (PARTITION BY l.coord, l.link_to, l.link_type ORDER BY l.seq DESC) AS place
  FROM log l
  WHERE l.namespace_id = $1 AND l.op IN (2, 3)) v
WHERE v.place = 1 AND v.op = 2
  AND NOT EXISTS (
    SELECT 1 FROM log d
    WHERE d.namespace_id = $1 AND d.coord = v.coord AND d.op = 1 AND d.seq > v.seq)
  AND NOT EXISTS (
    SELECT 1 FROM log d
    WHERE d.namespace_id = $1 AND d.coord = v.link_to AND d.op = 1 AND d.seq > v.seq)
