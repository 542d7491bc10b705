-- A copy of a namespace's state under a new name: read, written beside it, and published, in one transaction of one snapshot (repeatable
-- read). Until its end nobody sees the copy, and a copy that is broken off leaves nothing. The source is only read, and is written to
-- meanwhile: rows are copied with pauses (soma.paced), without which the slowest commits would wait about twice as long.

-- name: begin_fork
-- Of this transaction alone: statements may take as long as the namespace is large, and rows may have come a moment ago, of which statistics
-- know nothing; taken for few, they would be looked up one by one for each other. Log rows of known seqs are looked up one by one all the
-- same (LATERAL, and OFFSET 0, which keeps the planner from another join): a log may be many times as long as what lives.
SELECT set_config('statement_timeout', '0', true), set_config('enable_nestloop', 'off', true), set_config('jit', 'off', true),
  set_config('work_mem', '128MB', true)

-- name: find_fork
-- What a fork under a key answered, and for how long the previous owner of the name may still answer reads. No locks.
SELECT fork_answer, CASE WHEN released THEN 0 ELSE lease_ms END FROM soma.namespaces WHERE fork_key = $1

-- name: read_time
-- When a row was committed. No locks.
SELECT at FROM soma.log WHERE namespace_id = $1 AND seq = $2

-- name: fork_present
-- The memories and links of the snapshot as a log of their own: in the order of their last writes, so that times do not go back, and
-- numbered by their first writes, so that conversations keep their order.
WITH living AS MATERIALIZED (
  SELECT m.seq, m.created_seq FROM soma.memories m
  WHERE m.namespace_id = $1 AND m.alive AND (m.expires_at IS NULL OR m.expires_at > $2)),
placed AS (
  SELECT r.seq, row_number() OVER (ORDER BY r.seq) AS new_seq
  FROM (SELECT seq FROM living UNION ALL SELECT k.seq FROM soma.links k WHERE k.namespace_id = $1) r),
made AS (
  SELECT seq, row_number() OVER (ORDER BY created_seq, seq) AS place FROM living)
INSERT INTO soma.log (namespace_id, seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance,
  link_to, link_type, strength, metadata, created_at, at, expires_at, written_by)
SELECT $3, soma.paced(p.new_seq, 250), l.op, l.coord, l.version, 0, coalesce(m.place, 0), l.type, l.payload, l.text, l.has_text, l.brought_vector,
  l.importance, l.link_to, l.link_type, l.strength, l.metadata, l.created_at, l.at, l.expires_at, l.written_by
FROM placed p
CROSS JOIN LATERAL (SELECT * FROM soma.log r WHERE r.namespace_id = $1 AND r.seq = p.seq OFFSET 0) l
LEFT JOIN made m ON m.seq = p.seq

-- name: fork_state
-- The same of an earlier moment, by the log up to it.
WITH last AS (
  SELECT DISTINCT ON (l.coord) l.coord, l.seq, l.op, l.created_seq, l.expires_at, l.payload IS NULL AS emptied
  FROM soma.log l
  WHERE l.namespace_id = $1 AND l.seq <= $2 AND l.op IN (0, 1)
  ORDER BY l.coord, l.seq DESC),
living AS MATERIALIZED (
  SELECT seq, created_seq FROM last WHERE op = 0 AND NOT emptied AND (expires_at IS NULL OR expires_at > $3)),
removed AS (
  SELECT l.coord, max(l.seq) AS seq FROM soma.log l WHERE l.namespace_id = $1 AND l.seq <= $2 AND l.op = 1 GROUP BY l.coord),
linked AS (
  SELECT DISTINCT ON (l.coord, l.link_to, l.link_type) l.coord, l.link_to, l.seq, l.op
  FROM soma.log l
  WHERE l.namespace_id = $1 AND l.seq <= $2 AND l.op IN (2, 3)
  ORDER BY l.coord, l.link_to, l.link_type, l.seq DESC),
placed AS (
  SELECT r.seq, row_number() OVER (ORDER BY r.seq) AS new_seq
  FROM (
    SELECT seq FROM living
    UNION ALL
    SELECT k.seq FROM linked k LEFT JOIN removed f ON f.coord = k.coord LEFT JOIN removed t ON t.coord = k.link_to
    WHERE k.op = 2 AND k.seq > coalesce(f.seq, 0) AND k.seq > coalesce(t.seq, 0)) r),
made AS (
  SELECT seq, row_number() OVER (ORDER BY created_seq, seq) AS place FROM living)
INSERT INTO soma.log (namespace_id, seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance,
  link_to, link_type, strength, metadata, created_at, at, expires_at, written_by)
SELECT $4, soma.paced(p.new_seq, 250), l.op, l.coord, l.version, 0, coalesce(m.place, 0), l.type, l.payload, l.text, l.has_text, l.brought_vector,
  l.importance, l.link_to, l.link_type, l.strength, l.metadata, l.created_at, l.at, l.expires_at, l.written_by
FROM placed p
CROSS JOIN LATERAL (SELECT * FROM soma.log r WHERE r.namespace_id = $1 AND r.seq = p.seq OFFSET 0) l
LEFT JOIN made m ON m.seq = p.seq

-- name: fork_memories
-- What each coordinate holds, by a log that has one row for each memory.
INSERT INTO soma.memories (namespace_id, coord, seq, version, alive, type, importance, has_vector, created_seq, created_at, expires_at)
SELECT $1, l.coord, soma.paced(l.seq, 500), l.version, true, l.type, l.importance, l.has_text OR l.brought_vector IS NOT NULL, l.created_seq,
  l.created_at, l.expires_at
FROM soma.log l
WHERE l.namespace_id = $1 AND l.op = 0

-- name: fork_links
-- The links of such a log.
INSERT INTO soma.links (namespace_id, from_coord, to_coord, link_type, strength, metadata, seq)
SELECT $1, l.coord, l.link_to, l.link_type, l.strength, l.metadata, soma.paced(l.seq, 500) FROM soma.log l WHERE l.namespace_id = $1 AND l.op = 2

-- name: fork_history
-- The log up to a seq as it is.
INSERT INTO soma.log (namespace_id, seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance,
  link_to, link_type, strength, metadata, created_at, at, expires_at, written_by)
SELECT $3, soma.paced(l.seq, 250), l.op, l.coord, l.version, l.epoch, l.created_seq, l.type, l.payload, l.text, l.has_text, l.brought_vector,
  l.importance, l.link_to, l.link_type, l.strength, l.metadata, l.created_at, l.at, l.expires_at, l.written_by
FROM soma.log l
WHERE l.namespace_id = $1 AND l.seq <= $2

-- name: fork_purges
-- After a copied log a delete of each memory whose content was purged since, with the reason, because a purge holds for every moment.
WITH last AS (
  SELECT DISTINCT ON (l.coord) l.coord, l.seq, l.op, l.version, l.created_seq, l.type, l.created_at, l.expires_at, l.payload IS NULL AS emptied
  FROM soma.log l
  WHERE l.namespace_id = $1 AND l.op IN (0, 1)
  ORDER BY l.coord, l.seq DESC)
INSERT INTO soma.log (namespace_id, seq, op, coord, version, epoch, created_seq, type, has_text, importance, strength, metadata, created_at, at, written_by)
SELECT $1, $2 + row_number() OVER (ORDER BY p.seq), 1, p.coord, p.version, 0, p.created_seq, p.type, false, 0, 0, 'purged'::bytea, p.created_at, $4, 'soma'::bytea
FROM last p
WHERE p.op = 0 AND p.emptied AND (p.expires_at IS NULL OR p.expires_at > $3)

-- name: fork_embeddings
-- The vectors that models made of the versions that were copied: a version is the same one if its key and number are.
INSERT INTO soma.embeddings (namespace_id, seq, space, part, vector)
SELECT $3, soma.paced(c.seq, 250), e.space, e.part, e.vector
FROM soma.embeddings e
CROSS JOIN LATERAL (SELECT * FROM soma.log r WHERE r.namespace_id = $1 AND r.seq = e.seq AND r.seq <= $2 AND r.op = 0 OFFSET 0) l
JOIN soma.memories c ON c.namespace_id = $3 AND c.coord = l.coord AND c.version = l.version AND c.alive
WHERE e.namespace_id = $1

-- name: fork_cursors
-- A space whose vectors were all copied is refined up to the head; another is gone through again.
INSERT INTO soma.index_cursor (namespace_id, space, log_seq, refined_seq)
SELECT $2, i.space, 0, CASE WHEN EXISTS (
  SELECT 1 FROM soma.memories c
  JOIN soma.log l ON l.namespace_id = $2 AND l.seq = c.seq AND l.has_text
  WHERE c.namespace_id = $2 AND c.alive
    AND c.seq NOT IN (SELECT e.seq FROM soma.embeddings e WHERE e.namespace_id = $2 AND e.space = i.space)) THEN 0 ELSE $3 END
FROM soma.index_cursor i
WHERE i.namespace_id = $1

-- name: count_fork
-- The memories that can be seen at the moment, and the links.
SELECT (SELECT count(*) FROM soma.memories c WHERE c.namespace_id = $1 AND c.alive AND (c.expires_at IS NULL OR c.expires_at > $2)),
  (SELECT count(*) FROM soma.links k WHERE k.namespace_id = $1)

-- name: mark_fork
-- What a repetition under the same key is answered.
UPDATE soma.namespaces SET horizon_at = $2, fork_key = $3, fork_answer = $4 WHERE id = $1

-- name: drop_unwritten
-- The row that had the name and was never written to: nothing of it is left to delete.
WITH gone AS (
  DELETE FROM soma.namespaces n
  WHERE n.tenant = '~replaced' AND NOT EXISTS (SELECT 1 FROM soma.log l WHERE l.namespace_id = n.id)
  RETURNING n.id)
DELETE FROM soma.index_cursor i USING gone WHERE i.namespace_id = gone.id
