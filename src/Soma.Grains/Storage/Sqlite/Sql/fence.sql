-- The fence: no row, and nothing of the batch is done. The writer's transaction keeps every other writer out.
SELECT 1 FROM namespaces WHERE id = $1 AND epoch = $2 AND commit_no = $3 AND head_seq = $4
