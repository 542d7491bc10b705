-- The cursor of a space, made where it is missing.
INSERT INTO index_cursor (namespace_id, space) VALUES ($1, $2) ON CONFLICT (namespace_id, space) DO NOTHING
