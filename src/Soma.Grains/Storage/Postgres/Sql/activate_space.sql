-- The space that searches go by, said by the owner only. Locks the namespace's row for this one statement; the commit number
-- stays, so the next commit is not disturbed.
WITH activated AS (
  UPDATE soma.namespaces n SET active_space = $3 WHERE n.id = $1 AND n.epoch = $2 RETURNING n.id),
ended AS (
  DELETE FROM soma.index_cursor c USING activated a WHERE c.namespace_id = a.id AND c.space NOT IN ($3, $4))
SELECT id FROM activated
