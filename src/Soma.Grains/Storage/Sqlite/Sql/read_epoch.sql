-- Who owns this namespace now, and what its row counts after which commit.
SELECT id, epoch, commit_no, count_episodic + count_semantic + count_belief FROM namespaces WHERE id = $1
