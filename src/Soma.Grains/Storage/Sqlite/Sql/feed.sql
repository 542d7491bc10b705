-- How the change feed reads the log.

-- name: read_changes
-- A stretch of the log in order, through filters: a range of the primary key. Sizes are added up before any content is read, so a page
-- of large payloads costs no more than it may hold.
WITH page AS (
  SELECT seq, size, sum(size) OVER (ORDER BY seq) AS total
  FROM (
    SELECT seq, 256 + coalesce(length(payload), 0) + coalesce(length(text), 0) + coalesce(length(brought_vector), 0)
      + coalesce(length(metadata), 0) AS size
    FROM log
    WHERE namespace_id = $1 AND seq > $2 AND seq <= $3 AND ((1 << op) & $4) <> 0
      AND ($5 IS NULL OR coord = $5 OR link_to = $5)
      AND ($6 IS NULL OR substr(coord, 1, length($6)) = $6 OR substr(link_to, 1, length($6)) = $6)
    ORDER BY seq
    LIMIT $7))
SELECT l.seq, l.op, l.coord, l.version, l.epoch, l.created_seq, l.type, l.payload, l.text, l.has_text, l.brought_vector, l.importance,
  l.link_to, l.link_type, l.strength, l.metadata, l.created_at, l.at, l.expires_at, l.written_by, p.total
FROM page p
CROSS JOIN log l ON l.namespace_id = $1 AND l.seq = p.seq
WHERE p.total - p.size < $8
ORDER BY p.seq

-- name: has_content
-- Whether any version of a memory still has its payload: a range of the index by coordinate.
SELECT 1 FROM log WHERE namespace_id = $1 AND coord = $2 AND op = 0 AND payload IS NOT NULL LIMIT 1
