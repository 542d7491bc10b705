-- A link as the batch leaves it.
INSERT INTO links (namespace_id, from_coord, to_coord, link_type, strength, metadata, seq)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (namespace_id, from_coord, to_coord, link_type) DO UPDATE SET
  strength = excluded.strength, metadata = excluded.metadata, seq = excluded.seq
