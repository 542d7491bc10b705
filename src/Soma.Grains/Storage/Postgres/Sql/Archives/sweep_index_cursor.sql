-- The cursors first, without which a late refiner writes no vector, of a namespace that has no name any more: rows that nobody else looks at.
DELETE FROM soma.index_cursor WHERE namespace_id = $1
