-- Whole namespaces: their list, and how they are deleted.

-- name: list_namespaces
-- A page of a tenant's namespaces from their rows. The first and the newest row of each log are looked up by key, and so is the content of
-- its newest hundred memories, whose average stands for all.
SELECT n.tenant, n.name, n.count_episodic, n.count_semantic, n.count_belief, n.count_vectors, n.head_seq,
  coalesce((SELECT l.at FROM log l WHERE l.namespace_id = n.id AND l.seq = 1), 0),
  coalesce((SELECT l.at FROM log l WHERE l.namespace_id = n.id AND l.seq = n.head_seq), 0),
  coalesce((
    SELECT avg(v.size) FROM (
      SELECT coalesce(length(l.payload), 0) + coalesce(length(l.text), 0) + coalesce(length(l.brought_vector), 0) AS size
      FROM (
        SELECT m.seq FROM memories m WHERE m.namespace_id = n.id AND m.seq <= n.head_seq AND m.alive ORDER BY m.seq DESC LIMIT 100) newest
      JOIN log l ON l.namespace_id = n.id AND l.seq = newest.seq) v), 0)
FROM namespaces n
WHERE n.tenant = $1 AND n.name > $2 AND substr(n.name, 1, length($3)) = $3 AND n.head_seq > 0
ORDER BY n.name
LIMIT $4

-- name: find_removed
-- What was deleted or replaced and still has rows: few, if any.
SELECT id, released, lease_ms FROM namespaces WHERE tenant IN ('~replaced', '~swept') ORDER BY id LIMIT $1

-- name: read_removable
-- What a namespace has that is to be deleted. In the writer's transaction, so no commit is in flight.
SELECT tenant, name, epoch, released, lease_ms FROM namespaces WHERE id = $1

-- name: remove_namespace
-- Takes a namespace's name and its epoch; its rows are deleted later.
UPDATE namespaces SET tenant = '~replaced', name = CAST(id AS TEXT), epoch = epoch + 1, head_seq = 0, count_episodic = 0,
  count_semantic = 0, count_belief = 0, count_vectors = 0
WHERE id = $1

-- name: remove_settings
-- The settings of a namespace that is deleted; the version goes on, as grain storage expects.
UPDATE grain_state SET payload = NULL, version = version + 1 WHERE service_id = $1 AND state_name = $2 AND grain_id = $3
