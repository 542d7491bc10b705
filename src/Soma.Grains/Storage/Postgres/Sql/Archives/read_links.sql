-- The links, all of a namespace, in the order of the key. No locks.
SELECT from_coord, to_coord, link_type, strength, metadata, seq
FROM soma.links WHERE namespace_id = $1 ORDER BY from_coord, to_coord, link_type
