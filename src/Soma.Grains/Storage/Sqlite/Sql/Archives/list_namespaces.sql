-- Every namespace that was ever written to; one that is being built or was replaced has head 0.
SELECT tenant, name, epoch, commit_no, head_seq, last_at, count_episodic, count_semantic, count_belief, count_vectors, horizon,
  brought_dimension, active_space, largest_importance,
  coalesce((SELECT l.at FROM log l WHERE l.namespace_id = n.id AND l.seq = n.head_seq), 0)
FROM namespaces n
WHERE head_seq > 0
ORDER BY tenant, name
