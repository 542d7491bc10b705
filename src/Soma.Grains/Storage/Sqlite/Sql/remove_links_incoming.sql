-- A deleted memory's links, by rule: those older than the delete.
DELETE FROM links WHERE namespace_id = $1 AND to_coord = $2 AND seq < $3
