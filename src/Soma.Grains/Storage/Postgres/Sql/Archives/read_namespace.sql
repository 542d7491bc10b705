-- The row of a namespace, with its id last. No locks.
SELECT tenant, name, epoch, commit_no, head_seq, last_at, count_episodic, count_semantic, count_belief, count_vectors, horizon,
  brought_dimension, active_space, largest_importance,
  coalesce((SELECT l.at FROM soma.log l WHERE l.namespace_id = n.id AND l.seq = n.head_seq), 0), id
FROM soma.namespaces n
WHERE tenant = $1 AND name = $2 AND head_seq > 0
