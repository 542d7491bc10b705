-- Every version of a namespace that is being built, which nobody else reads or writes.
COPY soma.log (namespace_id, seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance, link_to,
  link_type, strength, metadata, created_at, at, expires_at) FROM STDIN (FORMAT BINARY)
