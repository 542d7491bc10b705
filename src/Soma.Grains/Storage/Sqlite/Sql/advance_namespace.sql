-- The end of a commit: its number, the new head and the differences of the counters.
UPDATE namespaces SET
  commit_no = commit_no + 1, head_seq = head_seq + $2, last_at = max(last_at, $3),
  count_episodic = count_episodic + $4, count_semantic = count_semantic + $5, count_belief = count_belief + $6,
  count_vectors = count_vectors + $7,
  brought_dimension = coalesce($8, brought_dimension),
  largest_importance = max(coalesce(largest_importance, $9), coalesce($9, largest_importance))
WHERE id = $1
RETURNING count_episodic + count_semantic + count_belief
