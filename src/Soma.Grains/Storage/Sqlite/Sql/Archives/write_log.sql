-- A version of a namespace that is being built.
INSERT INTO log (namespace_id, seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance, link_to,
  link_type, strength, metadata, created_at, at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
