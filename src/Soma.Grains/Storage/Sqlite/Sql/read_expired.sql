-- What the counters hold of a memory whose time is over; no row where its coordinate holds something else by now.
SELECT type, has_vector FROM memories
WHERE namespace_id = $1 AND coord = $2 AND seq = $3 AND alive AND expires_at <= $4
