-- The links of a namespace that has no name any more: rows that nobody else looks at.
DELETE FROM links WHERE namespace_id = $1
