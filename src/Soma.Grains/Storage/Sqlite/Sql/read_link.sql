-- One link, if it exists.
SELECT from_coord, to_coord, link_type, strength, metadata, seq
FROM links WHERE namespace_id = $1 AND from_coord = $2 AND to_coord = $3 AND link_type = $4
