-- A link removed by name.
DELETE FROM links WHERE namespace_id = $1 AND from_coord = $2 AND to_coord = $3 AND link_type = $4
