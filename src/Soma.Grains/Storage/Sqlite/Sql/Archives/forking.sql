-- A copy of a namespace's state under a new name: read from the log, written beside it, and published, in one transaction of the writer.
-- As on Postgres.

-- name: find_fork
-- What a fork under a key answered. The folder's lock is held, so no previous owner answers reads.
SELECT fork_answer, 0 FROM namespaces WHERE fork_key = $1

-- name: read_time
-- When a row was committed.
SELECT at FROM log WHERE namespace_id = $1 AND seq = $2

-- name: fork_present
-- The memories and links of the snapshot as a log of their own: in the order of their last writes, so that times do not go back, and
-- numbered by their first writes, so that conversations keep their order.
WITH living AS MATERIALIZED (
  SELECT m.seq, m.created_seq FROM memories m
  WHERE m.namespace_id = $1 AND m.alive AND (m.expires_at IS NULL OR m.expires_at > $2)),
placed AS (
  SELECT r.seq, row_number() OVER (ORDER BY r.seq) AS new_seq
  FROM (SELECT seq FROM living UNION ALL SELECT k.seq FROM links k WHERE k.namespace_id = $1) r),
made AS MATERIALIZED (
  SELECT seq, row_number() OVER (ORDER BY created_seq, seq) AS place FROM living)
INSERT INTO log (namespace_id, seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance,
  link_to, link_type, strength, metadata, created_at, at, expires_at, written_by)
SELECT $3, p.new_seq, l.op, l.coord, l.version, 0, coalesce(m.place, 0), l.type, l.payload, l.text, l.has_text, l.brought_vector, l.importance,
  l.link_to, l.link_type, l.strength, l.metadata, l.created_at, l.at, l.expires_at, l.written_by
FROM placed p
CROSS JOIN log l ON l.namespace_id = $1 AND l.seq = p.seq
LEFT JOIN made m ON m.seq = p.seq

-- name: fork_state
-- The same of an earlier moment, by the log up to it.
WITH last AS (
  SELECT coord, max(seq) AS seq, op, created_seq, expires_at, payload IS NULL AS emptied
  FROM log WHERE namespace_id = $1 AND seq <= $2 AND op IN (0, 1) GROUP BY coord),
living AS MATERIALIZED (
  SELECT seq, created_seq FROM last WHERE op = 0 AND NOT emptied AND (expires_at IS NULL OR expires_at > $3)),
removed AS MATERIALIZED (
  SELECT coord, max(seq) AS seq FROM log WHERE namespace_id = $1 AND seq <= $2 AND op = 1 GROUP BY coord),
linked AS (
  SELECT coord, link_to, max(seq) AS seq, op
  FROM log WHERE namespace_id = $1 AND seq <= $2 AND op IN (2, 3) GROUP BY coord, link_to, link_type),
placed AS (
  SELECT r.seq, row_number() OVER (ORDER BY r.seq) AS new_seq
  FROM (
    SELECT seq FROM living
    UNION ALL
    SELECT k.seq FROM linked k LEFT JOIN removed f ON f.coord = k.coord LEFT JOIN removed t ON t.coord = k.link_to
    WHERE k.op = 2 AND k.seq > coalesce(f.seq, 0) AND k.seq > coalesce(t.seq, 0)) r),
made AS MATERIALIZED (
  SELECT seq, row_number() OVER (ORDER BY created_seq, seq) AS place FROM living)
INSERT INTO log (namespace_id, seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance,
  link_to, link_type, strength, metadata, created_at, at, expires_at, written_by)
SELECT $4, p.new_seq, l.op, l.coord, l.version, 0, coalesce(m.place, 0), l.type, l.payload, l.text, l.has_text, l.brought_vector, l.importance,
  l.link_to, l.link_type, l.strength, l.metadata, l.created_at, l.at, l.expires_at, l.written_by
FROM placed p
CROSS JOIN log l ON l.namespace_id = $1 AND l.seq = p.seq
LEFT JOIN made m ON m.seq = p.seq

-- name: fork_memories
-- What each coordinate holds, by a log that has one row for each memory.
INSERT INTO memories (namespace_id, coord, seq, version, alive, type, importance, has_vector, created_seq, created_at, expires_at)
SELECT $1, l.coord, l.seq, l.version, 1, l.type, l.importance, l.has_text OR l.brought_vector IS NOT NULL, l.created_seq, l.created_at, l.expires_at
FROM log l
WHERE l.namespace_id = $1 AND l.op = 0

-- name: fork_links
-- The links of such a log.
INSERT INTO links (namespace_id, from_coord, to_coord, link_type, strength, metadata, seq)
SELECT $1, l.coord, l.link_to, l.link_type, l.strength, l.metadata, l.seq FROM log l WHERE l.namespace_id = $1 AND l.op = 2

-- name: fork_history
-- The log up to a seq as it is.
INSERT INTO log (namespace_id, seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance,
  link_to, link_type, strength, metadata, created_at, at, expires_at, written_by)
SELECT $3, seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance,
  link_to, link_type, strength, metadata, created_at, at, expires_at, written_by
FROM log
WHERE namespace_id = $1 AND seq <= $2

-- name: fork_purges
-- After a copied log a delete of each memory whose content was purged since, with the reason, because a purge holds for every moment.
WITH last AS (
  SELECT coord, max(seq) AS seq, op, version, created_seq, type, created_at, expires_at, payload IS NULL AS emptied
  FROM log WHERE namespace_id = $1 AND op IN (0, 1) GROUP BY coord)
INSERT INTO log (namespace_id, seq, op, coord, version, epoch, created_seq, type, has_text, importance, strength, metadata, created_at, at, written_by)
SELECT $1, $2 + row_number() OVER (ORDER BY seq), 1, coord, version, 0, created_seq, type, 0, 0.0, 0.0, CAST('purged' AS BLOB), created_at, $4, CAST('soma' AS BLOB)
FROM last
WHERE op = 0 AND emptied AND (expires_at IS NULL OR expires_at > $3)

-- name: fork_embeddings
-- The vectors that models made of the versions that were copied: a version is the same one if its key and number are.
INSERT INTO embeddings (namespace_id, seq, space, part, vector)
SELECT $3, c.seq, e.space, e.part, e.vector
FROM memories c
CROSS JOIN log l INDEXED BY log_by_coord ON l.namespace_id = $1 AND l.coord = c.coord AND l.seq <= $2 AND l.op = 0 AND l.version = c.version
CROSS JOIN embeddings e ON e.namespace_id = $1 AND e.seq = l.seq
WHERE c.namespace_id = $3 AND c.alive

-- name: fork_cursors
-- A space whose vectors were all copied is refined up to the head; another is gone through again.
INSERT INTO index_cursor (namespace_id, space, log_seq, refined_seq)
SELECT $2, i.space, 0, CASE WHEN EXISTS (
  SELECT 1 FROM memories c
  CROSS JOIN log l ON l.namespace_id = $2 AND l.seq = c.seq AND l.has_text
  WHERE c.namespace_id = $2 AND c.alive
    AND NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.namespace_id = $2 AND e.seq = c.seq AND e.space = i.space)) THEN 0 ELSE $3 END
FROM index_cursor i
WHERE i.namespace_id = $1

-- name: count_fork
-- The memories that can be seen at the moment, and the links.
SELECT (SELECT count(*) FROM memories c WHERE c.namespace_id = $1 AND c.alive AND (c.expires_at IS NULL OR c.expires_at > $2)),
  (SELECT count(*) FROM links k WHERE k.namespace_id = $1)

-- name: mark_fork
-- What a repetition under the same key is answered.
UPDATE namespaces SET horizon_at = $2, fork_key = $3, fork_answer = $4 WHERE id = $1

-- name: drop_unwritten
-- The row that had the name and was never written to: nothing of it is left to delete.
DELETE FROM namespaces WHERE tenant = '~replaced' AND NOT EXISTS (SELECT 1 FROM log l WHERE l.namespace_id = namespaces.id)
