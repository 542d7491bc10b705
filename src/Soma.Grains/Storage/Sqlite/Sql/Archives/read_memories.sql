-- What each coordinate holds, all of a namespace, in the order of the key.
SELECT coord, seq, version, alive, type, importance, has_vector, created_seq, created_at, expires_at, access_count
FROM memories WHERE namespace_id = $1 ORDER BY coord
