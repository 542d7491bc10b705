-- What the counters should say.
SELECT count(*) FILTER (WHERE alive AND type = 0), count(*) FILTER (WHERE alive AND type = 1), count(*) FILTER (WHERE alive AND type = 2),
  count(*) FILTER (WHERE alive AND has_vector)
FROM memories
WHERE namespace_id = $1
