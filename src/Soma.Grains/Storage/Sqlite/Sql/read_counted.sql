-- What a row that is about to be replaced counts for; a tombstone counts for nothing.
SELECT type, has_vector FROM memories WHERE namespace_id = $1 AND coord = $2 AND alive
