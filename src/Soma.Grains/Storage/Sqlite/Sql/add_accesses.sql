-- GETs counted since the last commit.
UPDATE memories SET access_count = access_count + $3 WHERE namespace_id = $1 AND coord = $2 AND alive
