-- How a whole namespace is made where nobody sees it, and then given its name.

-- name: begin
-- The row of a namespace that is being built: a tenant that no client can name, and head 0, so that nothing counts or lists it.
INSERT INTO soma.namespaces (tenant, name) VALUES ('~building', gen_random_uuid()::text) RETURNING id

-- name: write_log
-- Every version of a namespace that is being built, which nobody else reads or writes.
COPY soma.log (namespace_id, seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance, link_to,
  link_type, strength, metadata, created_at, at, expires_at, written_by) FROM STDIN (FORMAT BINARY)

-- name: write_memories
-- What each coordinate holds of a namespace that is being built, which nobody else reads or writes.
COPY soma.memories (namespace_id, coord, seq, version, alive, type, importance, has_vector, created_seq, created_at, expires_at, access_count) FROM STDIN (FORMAT BINARY)

-- name: write_links
-- The links of a namespace that is being built, which nobody else reads or writes.
COPY soma.links (namespace_id, from_coord, to_coord, link_type, strength, metadata, seq) FROM STDIN (FORMAT BINARY)

-- name: write_receipts
-- Kept answers of a namespace that is being built, which nobody else reads or writes.
COPY soma.receipts (namespace_id, key, request_hash, status, body, seq, etag, expires_at) FROM STDIN (FORMAT BINARY)

-- name: write_embeddings
-- Vectors that models made of a namespace that is being built, which nobody else reads or writes.
COPY soma.embeddings (namespace_id, seq, space, part, vector) FROM STDIN (FORMAT BINARY)

-- name: write_index_cursor
-- How far each space's vectors go without a gap of a namespace that is being built, which nobody else reads or writes.
COPY soma.index_cursor (namespace_id, space, log_seq, refined_seq) FROM STDIN (FORMAT BINARY)

-- name: number_versions
-- Versions of coordinates that a foreign log names more than once: a later row is the next version of the same memory.
UPDATE soma.log l SET version = n.version, created_seq = n.created_seq, created_at = n.created_at
FROM (
  SELECT seq, row_number() OVER same AS version, first_value(seq) OVER same AS created_seq, first_value(created_at) OVER same AS created_at
  FROM soma.log
  WHERE namespace_id = $1 AND op = 0
  WINDOW same AS (PARTITION BY coord ORDER BY seq)) n
WHERE l.namespace_id = $1 AND l.seq = n.seq AND n.version > 1

-- name: derive_memories
-- What each coordinate holds, by the log's last word on it.
INSERT INTO soma.memories (
  namespace_id, coord, seq, version, alive, type, importance, has_vector, created_seq, created_at, expires_at)
SELECT $1, v.coord, v.seq, v.version, v.op = 0, CASE v.op WHEN 0 THEN v.type ELSE 0 END, CASE v.op WHEN 0 THEN v.importance ELSE 0 END,
  v.op = 0 AND v.has_vector, CASE v.op WHEN 0 THEN v.created_seq ELSE 0 END, CASE v.op WHEN 0 THEN v.created_at ELSE 0 END,
  CASE v.op WHEN 0 THEN v.expires_at END
FROM (
  SELECT l.coord, l.seq, l.op, l.version, l.type, l.importance, l.created_seq, l.created_at, l.expires_at,
    l.has_text OR l.brought_vector IS NOT NULL AS has_vector,
    row_number() OVER (PARTITION BY l.coord ORDER BY l.seq DESC) AS place
  FROM soma.log l
  WHERE l.namespace_id = $1 AND l.op IN (0, 1)) v
WHERE v.place = 1

-- name: derive_links
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

-- name: publish
-- Gives a name to the namespace that was built for it; see the function for protocol and locks.
SELECT status, lease_ms FROM soma.publish_namespace(
  $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
