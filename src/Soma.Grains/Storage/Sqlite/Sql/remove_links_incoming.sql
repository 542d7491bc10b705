-- A deleted memory's links, by rule: those older than the delete.
-- The index is named: without statistics the planner takes the primary key, and walks the whole namespace.
DELETE FROM links INDEXED BY links_incoming WHERE namespace_id = $1 AND to_coord = $2 AND seq < $3
