-- Takes ownership and tells what the predecessor left. FOR UPDATE waits for a commit in flight; the update then sees the
-- row as that commit left it.
WITH predecessor AS (
  SELECT id, released, lease_ms FROM soma.namespaces WHERE tenant = $1 AND name = $2 FOR UPDATE)
UPDATE soma.namespaces n SET epoch = n.epoch + 1, released = false, lease_ms = $3
FROM predecessor p
WHERE n.id = p.id
RETURNING n.id, n.epoch, n.commit_no, n.head_seq, n.last_at, n.count_episodic + n.count_semantic + n.count_belief,
  coalesce(n.largest_importance, 0), n.brought_dimension, p.released, p.lease_ms, n.active_space
