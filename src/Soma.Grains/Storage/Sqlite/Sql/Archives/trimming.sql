-- How the rows of deleted namespaces are deleted beside whoever serves the store: in small sets.

-- name: trim_index_cursor
-- Some rows of a namespace that is deleted.
DELETE FROM index_cursor WHERE namespace_id = $1 AND space IN (SELECT space FROM index_cursor WHERE namespace_id = $1 ORDER BY space LIMIT $2)

-- name: trim_vector_cursor
-- Some rows of a namespace that is deleted.
DELETE FROM vector_cursor WHERE namespace_id = $1 AND space IN (SELECT space FROM vector_cursor WHERE namespace_id = $1 ORDER BY space LIMIT $2)

-- name: trim_embeddings
-- Some rows of a namespace that is deleted.
DELETE FROM embeddings WHERE rowid IN (SELECT rowid FROM embeddings WHERE namespace_id = $1 ORDER BY seq, space, part LIMIT $2)

-- name: trim_receipts
-- Some rows of a namespace that is deleted.
DELETE FROM receipts WHERE namespace_id = $1 AND key IN (SELECT key FROM receipts WHERE namespace_id = $1 ORDER BY key LIMIT $2)

-- name: trim_links
-- Some rows of a namespace that is deleted.
DELETE FROM links WHERE namespace_id = $1 AND (from_coord, to_coord, link_type) IN (SELECT from_coord, to_coord, link_type FROM links WHERE namespace_id = $1 ORDER BY from_coord, to_coord, link_type LIMIT $2)

-- name: trim_memories
-- Some rows of a namespace that is deleted.
DELETE FROM memories WHERE namespace_id = $1 AND coord IN (SELECT coord FROM memories WHERE namespace_id = $1 ORDER BY coord LIMIT $2)

-- name: trim_log
-- Some rows of a namespace that is deleted.
DELETE FROM log WHERE rowid IN (SELECT rowid FROM log WHERE namespace_id = $1 ORDER BY seq LIMIT $2)

-- name: trim_namespace
-- The row itself, last: as long as it is there, what is left is found.
DELETE FROM namespaces WHERE id = $1 AND tenant IN ('~replaced', '~swept') AND $2 > 0
