-- The cursor of a space, made where it is missing. No other locks.
INSERT INTO soma.index_cursor AS c (namespace_id, space) VALUES ($1, $2)
ON CONFLICT (namespace_id, space) DO UPDATE SET refined_seq = c.refined_seq
RETURNING refined_seq
