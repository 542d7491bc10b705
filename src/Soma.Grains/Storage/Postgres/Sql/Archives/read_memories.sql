-- What each coordinate holds, all of a namespace, in the order of the key. No locks.
SELECT coord, seq, version, alive, type, importance, has_vector, created_seq, created_at, expires_at, access_count
FROM soma.memories WHERE namespace_id = $1 ORDER BY coord
