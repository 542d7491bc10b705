-- What a sweep reclaimed is counted no more; epoch, commit number and head stay as they are.
UPDATE namespaces SET
  count_episodic = count_episodic - $2, count_semantic = count_semantic - $3, count_belief = count_belief - $4,
  count_vectors = count_vectors - $5
WHERE id = $1
