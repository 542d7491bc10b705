-- What a coordinate holds, of a namespace that is being built.
INSERT INTO memories (namespace_id, coord, seq, version, alive, type, importance, has_vector, created_seq, created_at, expires_at, access_count)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
