-- How the rows of namespaces are deleted that were never finished, or were replaced.

-- name: mark_swept
-- Takes what was being built away from whoever still builds it, before its rows go: a publication finds only '~building'.
UPDATE namespaces SET tenant = '~swept' WHERE tenant IN ('~building', '~replaced')

-- name: list_swept
-- What is to be deleted, left by an earlier sweep too.
SELECT id FROM namespaces WHERE tenant = '~swept' ORDER BY id

-- name: sweep_index_cursor
-- The cursors first, without which a late refiner writes no vector, of a namespace that has no name any more: rows that nobody else looks at.
DELETE FROM index_cursor WHERE namespace_id = $1

-- name: sweep_vector_cursor
-- The vector tier's cursors of a namespace that has no name any more: rows that nobody else looks at.
DELETE FROM vector_cursor WHERE namespace_id = $1

-- name: sweep_embeddings
-- The vectors of a namespace that has no name any more: rows that nobody else looks at.
DELETE FROM embeddings WHERE namespace_id = $1

-- name: sweep_receipts
-- The receipts of a namespace that has no name any more: rows that nobody else looks at.
DELETE FROM receipts WHERE namespace_id = $1

-- name: sweep_links
-- The links of a namespace that has no name any more: rows that nobody else looks at.
DELETE FROM links WHERE namespace_id = $1

-- name: sweep_memories
-- The memories of a namespace that has no name any more: rows that nobody else looks at.
DELETE FROM memories WHERE namespace_id = $1

-- name: sweep_log
-- The log of a namespace that has no name any more: rows that nobody else looks at.
DELETE FROM log WHERE namespace_id = $1

-- name: sweep_namespace
-- The row itself, last: as long as it is there the next sweep finds what is left. Its id is never used again.
DELETE FROM namespaces WHERE id = $1
