-- The cursors of spaces that are not wanted any more.
DELETE FROM index_cursor WHERE namespace_id = $1 AND space NOT IN ($2, $3)
