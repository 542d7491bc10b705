-- A link of a namespace that is being built.
INSERT INTO links (namespace_id, from_coord, to_coord, link_type, strength, metadata, seq)
VALUES ($1, $2, $3, $4, $5, $6, $7)
