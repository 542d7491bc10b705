-- The first cursor of a space; none where there is one already.
INSERT INTO soma.vector_cursor (namespace_id, space, log_seq, refined_seq) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
