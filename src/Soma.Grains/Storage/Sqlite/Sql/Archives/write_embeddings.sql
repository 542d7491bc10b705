-- A vector of a namespace that is being built.
INSERT INTO embeddings (namespace_id, seq, space, part, vector)
VALUES ($1, $2, $3, $4, $5)
