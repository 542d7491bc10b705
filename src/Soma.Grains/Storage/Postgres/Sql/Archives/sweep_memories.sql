-- The memories of a namespace that has no name any more: rows that nobody else looks at.
DELETE FROM soma.memories WHERE namespace_id = $1
