-- The log in numbers: rows, first and last seq, newest time, largest epoch and importance, sizes of brought vectors. No locks.
SELECT count(*), coalesce(min(seq), 0), coalesce(max(seq), 0), coalesce(max(at), 0), coalesce(max(epoch), 0),
  max(importance) FILTER (WHERE op = 0),
  (SELECT octet_length(f.brought_vector) FROM soma.log f
    WHERE f.namespace_id = $1 AND f.brought_vector IS NOT NULL ORDER BY f.seq LIMIT 1),
  max(octet_length(brought_vector)), min(octet_length(brought_vector))
FROM soma.log
WHERE namespace_id = $1
