-- What the predecessor left, read before the epoch is taken in the same writer's transaction.
SELECT id, epoch, commit_no, head_seq, last_at, count_episodic + count_semantic + count_belief,
  coalesce(largest_importance, 0.0), brought_dimension, released, lease_ms, active_space
FROM namespaces WHERE tenant = $1 AND name = $2
