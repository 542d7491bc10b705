-- Who owns these namespaces now, and what their rows count after which commit: one look-up each, no locks.
SELECT id, epoch, commit_no, count_episodic + count_semantic + count_belief FROM soma.namespaces WHERE id = ANY ($1)
