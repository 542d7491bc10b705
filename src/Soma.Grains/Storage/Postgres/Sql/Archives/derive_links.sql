-- The links that the log leaves: made last and not removed, and newer than any delete of a memory at either end. Deletes are
-- gathered once: looked up link by link, a coordinate of many links would be gone through for each of them.
WITH removed AS (
  SELECT coord, max(seq) AS seq FROM soma.log WHERE namespace_id = $1 AND op = 1 GROUP BY coord),
last AS (
  SELECT coord, link_to, link_type, op, seq, strength, metadata,
    row_number() OVER (PARTITION BY coord, link_to, link_type ORDER BY seq DESC) AS place
  FROM soma.log
  WHERE namespace_id = $1 AND op IN (2, 3))
INSERT INTO soma.links (namespace_id, from_coord, to_coord, link_type, strength, metadata, seq)
SELECT $1, l.coord, l.link_to, l.link_type, l.strength, l.metadata, l.seq
FROM last l
LEFT JOIN removed f ON f.coord = l.coord
LEFT JOIN removed t ON t.coord = l.link_to
WHERE l.place = 1 AND l.op = 2 AND l.seq > coalesce(f.seq, 0) AND l.seq > coalesce(t.seq, 0)
