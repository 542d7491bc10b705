-- Every version, all of a namespace, in the order of the key. No locks.
SELECT seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance, link_to,
  link_type, strength, metadata, created_at, at, expires_at
FROM soma.log WHERE namespace_id = $1 ORDER BY seq
