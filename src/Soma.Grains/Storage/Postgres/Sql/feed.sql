-- How the change feed reads the log.

-- name: read_changes
-- A stretch of the log in order, through filters: a range of the primary key. Sizes are added up before any content is read, so a page
-- of large payloads costs no more than it may hold. Each row is then looked up by its key, whatever the statistics say. No locks.
WITH page AS (
  SELECT seq, size, (sum(size) OVER (ORDER BY seq))::bigint AS total
  FROM (
    SELECT seq, (256 + coalesce(octet_length(payload), 0) + coalesce(octet_length(text), 0) + coalesce(octet_length(brought_vector), 0)
      + coalesce(octet_length(metadata), 0))::bigint AS size
    FROM soma.log
    WHERE namespace_id = $1 AND seq > $2 AND seq <= $3 AND ((1 << op::integer) & $4) <> 0
      AND ($5::text IS NULL OR coord = $5 OR link_to = $5)
      AND ($6::text IS NULL OR starts_with(coord, $6) OR starts_with(link_to, $6))
    ORDER BY seq
    LIMIT $7) sized)
SELECT l.seq, l.op, l.coord, l.version, l.epoch, l.created_seq, l.type, l.payload, l.text, l.has_text, l.brought_vector, l.importance,
  l.link_to, l.link_type, l.strength, l.metadata, l.created_at, l.at, l.expires_at, l.written_by, p.total
FROM page p
CROSS JOIN LATERAL (SELECT v.* FROM soma.log v WHERE v.namespace_id = $1 AND v.seq = p.seq LIMIT 1) l
WHERE p.total - p.size < $8
ORDER BY p.seq

-- name: has_content
-- Whether any version of a memory still has its payload: a range of the index by coordinate. No locks.
SELECT EXISTS (SELECT 1 FROM soma.log WHERE namespace_id = $1 AND coord = $2 AND op = 0 AND payload IS NOT NULL)
