-- How the rows of deleted namespaces are deleted beside whoever serves the store: in small sets.

-- name: trim_index_cursor
-- Some rows of a namespace that is deleted. Rows that another silo deletes at the same moment are passed over.
DELETE FROM soma.index_cursor WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM soma.index_cursor WHERE namespace_id = $1 ORDER BY namespace_id, space LIMIT $2 FOR UPDATE SKIP LOCKED))

-- name: trim_vector_cursor
-- Some rows of a namespace that is deleted. Rows that another silo deletes at the same moment are passed over.
DELETE FROM soma.vector_cursor WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM soma.vector_cursor WHERE namespace_id = $1 ORDER BY namespace_id, space LIMIT $2 FOR UPDATE SKIP LOCKED))

-- name: trim_embeddings
-- Some rows of a namespace that is deleted. Rows that another silo deletes at the same moment are passed over.
DELETE FROM soma.embeddings WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM soma.embeddings WHERE namespace_id = $1 ORDER BY namespace_id, seq, space, part LIMIT $2 FOR UPDATE SKIP LOCKED))

-- name: trim_receipts
-- Some rows of a namespace that is deleted. Rows that another silo deletes at the same moment are passed over.
DELETE FROM soma.receipts WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM soma.receipts WHERE namespace_id = $1 ORDER BY namespace_id, key LIMIT $2 FOR UPDATE SKIP LOCKED))

-- name: trim_links
-- Some rows of a namespace that is deleted. Rows that another silo deletes at the same moment are passed over.
DELETE FROM soma.links WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM soma.links WHERE namespace_id = $1 ORDER BY namespace_id, from_coord, to_coord, link_type LIMIT $2 FOR UPDATE SKIP LOCKED))

-- name: trim_memories
-- Some rows of a namespace that is deleted. Rows that another silo deletes at the same moment are passed over.
DELETE FROM soma.memories WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM soma.memories WHERE namespace_id = $1 ORDER BY namespace_id, coord LIMIT $2 FOR UPDATE SKIP LOCKED))

-- name: trim_log
-- Some rows of a namespace that is deleted. Rows that another silo deletes at the same moment are passed over.
DELETE FROM soma.log WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM soma.log WHERE namespace_id = $1 ORDER BY namespace_id, seq LIMIT $2 FOR UPDATE SKIP LOCKED))

-- name: trim_namespace
-- The row itself, last: as long as it is there, what is left is found.
DELETE FROM soma.namespaces WHERE id = $1 AND tenant IN ('~replaced', '~swept') AND $2 > 0
