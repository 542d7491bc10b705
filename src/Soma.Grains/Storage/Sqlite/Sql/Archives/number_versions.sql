-- Versions of coordinates that a foreign log names more than once: a later row is the next version of the same memory.
UPDATE log AS l SET version = n.version, created_seq = n.created_seq, created_at = n.created_at
FROM (
  SELECT seq, row_number() OVER same AS version, first_value(seq) OVER same AS created_seq, first_value(created_at) OVER same AS created_at
  FROM log
  WHERE namespace_id = $1 AND op = 0
  WINDOW same AS (PARTITION BY coord ORDER BY seq)) n
WHERE l.namespace_id = $1 AND l.seq = n.seq AND n.version > 1
