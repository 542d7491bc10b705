-- Whole namespaces: their list, and how they are deleted.

-- name: list_namespaces
-- A page of a tenant's namespaces from their rows. The first and the newest row of each log are looked up by key, and so is the content of
-- its newest hundred memories, whose average stands for all. No locks.
SELECT n.tenant, n.name, n.count_episodic, n.count_semantic, n.count_belief, n.count_vectors, n.head_seq,
  coalesce((SELECT l.at FROM soma.log l WHERE l.namespace_id = n.id AND l.seq = 1), 0),
  coalesce((SELECT l.at FROM soma.log l WHERE l.namespace_id = n.id AND l.seq = n.head_seq), 0),
  coalesce((
    SELECT avg(v.size) FROM (
      SELECT coalesce(octet_length(l.payload), 0) + coalesce(octet_length(l.text), 0) + coalesce(octet_length(l.brought_vector), 0) AS size
      FROM (
        SELECT m.seq FROM soma.memories m WHERE m.namespace_id = n.id AND m.seq <= n.head_seq AND m.alive ORDER BY m.seq DESC LIMIT 100) newest
      JOIN soma.log l ON l.namespace_id = n.id AND l.seq = newest.seq) v), 0)
FROM soma.namespaces n
WHERE n.tenant = $1 AND n.name > $2 AND substr(n.name, 1, length($3)) = $3 AND n.head_seq > 0
ORDER BY n.name
LIMIT $4

-- name: find_removed
-- What was deleted or replaced and still has rows: few, if any.
SELECT id, released, lease_ms FROM soma.namespaces WHERE tenant IN ('~replaced', '~swept') ORDER BY id LIMIT $1

-- name: remove_namespace
-- Deletes a namespace; see the function for protocol and locks.
SELECT status, epoch, released, lease_ms FROM soma.remove_namespace($1, $2, $3, $4, $5, $6)
