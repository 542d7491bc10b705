-- How a whole namespace is made where nobody sees it, and then given its name.

-- name: begin
-- The row of a namespace that is being built: a tenant that no client can name, and head 0, so that nothing counts or lists it.
INSERT INTO namespaces (tenant, name) VALUES ('~building', lower(hex(randomblob(16)))) RETURNING id

-- name: write_log
-- A version of a namespace that is being built.
INSERT INTO log (namespace_id, seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance, link_to,
  link_type, strength, metadata, created_at, at, expires_at, written_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)

-- name: write_memories
-- What a coordinate holds, of a namespace that is being built.
INSERT INTO memories (namespace_id, coord, seq, version, alive, type, importance, has_vector, created_seq, created_at, expires_at, access_count)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)

-- name: write_links
-- A link of a namespace that is being built.
INSERT INTO links (namespace_id, from_coord, to_coord, link_type, strength, metadata, seq)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: write_receipts
-- A kept answer of a namespace that is being built.
INSERT INTO receipts (namespace_id, key, request_hash, status, body, seq, etag, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: write_embeddings
-- A vector of a namespace that is being built.
INSERT INTO embeddings (namespace_id, seq, space, part, vector)
VALUES ($1, $2, $3, $4, $5)

-- name: write_index_cursor
-- A cursor of a namespace that is being built.
INSERT INTO index_cursor (namespace_id, space, log_seq, refined_seq)
VALUES ($1, $2, $3, $4)

-- name: number_versions
-- Versions of coordinates that a foreign log names more than once: a later row is the next version of the same memory.
UPDATE log AS l SET version = n.version, created_seq = n.created_seq, created_at = n.created_at
FROM (
  SELECT seq, row_number() OVER same AS version, first_value(seq) OVER same AS created_seq, first_value(created_at) OVER same AS created_at
  FROM log
  WHERE namespace_id = $1 AND op = 0
  WINDOW same AS (PARTITION BY coord ORDER BY seq)) n
WHERE l.namespace_id = $1 AND l.seq = n.seq AND n.version > 1

-- name: derive_memories
-- What each coordinate holds, by the log's last word on it.
INSERT INTO memories (
  namespace_id, coord, seq, version, alive, type, importance, has_vector, created_seq, created_at, expires_at)
SELECT $1, v.coord, v.seq, v.version, v.op = 0, CASE v.op WHEN 0 THEN v.type ELSE 0 END, CASE v.op WHEN 0 THEN v.importance ELSE 0 END,
  v.op = 0 AND v.has_vector, CASE v.op WHEN 0 THEN v.created_seq ELSE 0 END, CASE v.op WHEN 0 THEN v.created_at ELSE 0 END,
  CASE v.op WHEN 0 THEN v.expires_at END
FROM (
  SELECT l.coord, l.seq, l.op, l.version, l.type, l.importance, l.created_seq, l.created_at, l.expires_at,
    l.has_text OR l.brought_vector IS NOT NULL AS has_vector,
    row_number() OVER (PARTITION BY l.coord ORDER BY l.seq DESC) AS place
  FROM log l
  WHERE l.namespace_id = $1 AND l.op IN (0, 1)) v
WHERE v.place = 1

-- name: derive_links
-- The links that the log leaves: made last and not removed, and newer than any delete of a memory at either end. Deletes are
-- gathered once: looked up link by link, a coordinate of many links would be gone through for each of them.
WITH removed AS (
  SELECT coord, max(seq) AS seq FROM log WHERE namespace_id = $1 AND op = 1 GROUP BY coord),
last AS (
  SELECT coord, link_to, link_type, op, seq, strength, metadata,
    row_number() OVER (PARTITION BY coord, link_to, link_type ORDER BY seq DESC) AS place
  FROM log
  WHERE namespace_id = $1 AND op IN (2, 3))
INSERT INTO links (namespace_id, from_coord, to_coord, link_type, strength, metadata, seq)
SELECT $1, l.coord, l.link_to, l.link_type, l.strength, l.metadata, l.seq
FROM last l
LEFT JOIN removed f ON f.coord = l.coord
LEFT JOIN removed t ON t.coord = l.link_to
WHERE l.place = 1 AND l.op = 2 AND l.seq > coalesce(f.seq, 0) AND l.seq > coalesce(t.seq, 0)

-- name: is_building
-- Whether what was built is still there.
SELECT 1 FROM namespaces WHERE id = $1 AND tenant = '~building'

-- name: read_predecessor
-- Who has a name now. In the writer's transaction, so no commit is in flight.
SELECT id, epoch, head_seq FROM namespaces WHERE tenant = $1 AND name = $2

-- name: retire
-- Takes a namespace's name; its rows are swept later.
UPDATE namespaces SET tenant = '~replaced', name = CAST(id AS TEXT), epoch = epoch + 1, released = 1, head_seq = 0,
  count_episodic = 0, count_semantic = 0, count_belief = 0, count_vectors = 0
WHERE id = $1

-- name: publish
-- Gives a name to the namespace that was built for it.
UPDATE namespaces SET tenant = $2, name = $3, epoch = $4, commit_no = $5, head_seq = $6, last_at = $7, count_episodic = $8,
  count_semantic = $9, count_belief = $10, count_vectors = $11, horizon = $12, brought_dimension = $13, active_space = $14,
  largest_importance = $15
WHERE id = $1

-- name: put_settings
-- The settings of a namespace, or none (null); in the transaction that gives it its name.
INSERT INTO grain_state AS s (service_id, state_name, grain_id, version, payload) VALUES ($1, $2, $3, 1, $4)
ON CONFLICT (service_id, state_name, grain_id) DO UPDATE SET payload = excluded.payload, version = s.version + 1
