-- Gives a name to the namespace that was built for it.
UPDATE namespaces SET tenant = $2, name = $3, epoch = $4, commit_no = $5, head_seq = $6, last_at = $7, count_episodic = $8,
  count_semantic = $9, count_belief = $10, count_vectors = $11, horizon = $12, brought_dimension = $13, active_space = $14,
  largest_importance = $15
WHERE id = $1
