-- Vectors that sentence models made.

-- name: begin_refining
-- The cursor of a space, made where it is missing. No other locks.
INSERT INTO soma.index_cursor AS c (namespace_id, space) VALUES ($1, $2)
ON CONFLICT (namespace_id, space) DO UPDATE SET refined_seq = c.refined_seq
RETURNING refined_seq

-- name: read_refined_seq
-- How far a space's rows go without a gap. No locks.
SELECT refined_seq FROM soma.index_cursor WHERE namespace_id = $1 AND space = $2

-- name: read_unrefined
-- Living memories with text that have no row in a space yet, oldest first above a seq. No locks.
SELECT m.coord, m.seq, m.version, m.alive, m.type, m.importance, m.created_seq, m.created_at, m.expires_at, m.access_count,
  l.at, l.payload, l.text, l.has_text, l.brought_vector, l.written_by
FROM soma.memories m
CROSS JOIN LATERAL (
  SELECT v.at, v.payload, v.text, v.has_text, v.brought_vector, v.written_by FROM soma.log v
  WHERE v.namespace_id = m.namespace_id AND v.seq = m.seq AND v.has_text AND v.payload IS NOT NULL LIMIT 1) l
WHERE m.namespace_id = $1 AND m.seq > $2 AND m.alive
  AND NOT EXISTS (SELECT 1 FROM soma.embeddings e WHERE e.namespace_id = m.namespace_id AND e.seq = m.seq AND e.space = $3)
ORDER BY m.seq
LIMIT $4

-- name: save_embeddings
-- Vectors of versions that are still current, while their space is wanted: its cursor is there and is moved on. One row
-- lock, of the cursor; two writers of one version leave the first one's row.
WITH wanted AS (
  UPDATE soma.index_cursor c SET refined_seq = greatest(c.refined_seq, $6)
  WHERE c.namespace_id = $1 AND c.space = $5
  RETURNING 1)
INSERT INTO soma.embeddings (namespace_id, seq, space, part, vector)
SELECT $1, new.seq, $2, 0, new.vector
FROM wanted, unnest($3::bigint[], $4::bytea[]) AS new(seq, vector)
WHERE EXISTS (SELECT 1 FROM soma.memories m WHERE m.namespace_id = $1 AND m.seq = new.seq AND m.alive)
ON CONFLICT DO NOTHING

-- name: read_embeddings
-- Vectors of versions in a space. No locks.
SELECT e.seq, e.vector FROM soma.embeddings e
WHERE e.namespace_id = $1 AND e.seq = ANY ($2) AND e.space = $3 AND e.part = 0

-- name: activate_space
-- The space that searches go by, said by the owner only. Locks the namespace's row for this one statement; the commit number
-- stays, so the next commit is not disturbed.
WITH activated AS (
  UPDATE soma.namespaces n SET active_space = $3 WHERE n.id = $1 AND n.epoch = $2 RETURNING n.id),
ended AS (
  DELETE FROM soma.index_cursor c USING activated a WHERE c.namespace_id = a.id AND c.space NOT IN ($3, $4))
SELECT id FROM activated

-- name: sweep_embeddings
-- Vectors in a range of seqs that no search will look up again: of another space, or of a version that is not current.
DELETE FROM soma.embeddings e
WHERE e.namespace_id = $1 AND e.seq > $3 AND e.seq <= $4
  AND ($2::text IS NULL OR e.space <> $2
    OR NOT EXISTS (SELECT 1 FROM soma.memories m WHERE m.namespace_id = e.namespace_id AND m.seq = e.seq AND m.alive))
