-- A cursor of a namespace that is being built.
INSERT INTO index_cursor (namespace_id, space, log_seq, refined_seq)
VALUES ($1, $2, $3, $4)
