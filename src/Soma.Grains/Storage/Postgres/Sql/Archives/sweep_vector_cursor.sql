-- The vector tier's cursors of a namespace that has no name any more: rows that nobody else looks at.
DELETE FROM soma.vector_cursor WHERE namespace_id = $1
