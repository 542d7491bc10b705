-- Takes a namespace's name; its rows are swept later.
UPDATE namespaces SET tenant = '~replaced', name = CAST(id AS TEXT), epoch = epoch + 1, released = 1, head_seq = 0,
  count_episodic = 0, count_semantic = 0, count_belief = 0, count_vectors = 0
WHERE id = $1
