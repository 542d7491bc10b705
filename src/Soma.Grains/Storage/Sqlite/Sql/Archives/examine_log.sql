-- The log in numbers: rows, first and last seq, newest time, largest epoch and importance, sizes of brought vectors.
SELECT count(*), coalesce(min(seq), 0), coalesce(max(seq), 0), coalesce(max(at), 0), coalesce(max(epoch), 0),
  max(importance) FILTER (WHERE op = 0),
  (SELECT length(f.brought_vector) FROM log f
    WHERE f.namespace_id = $1 AND f.brought_vector IS NOT NULL ORDER BY f.seq LIMIT 1),
  max(length(brought_vector)), min(length(brought_vector))
FROM log
WHERE namespace_id = $1
