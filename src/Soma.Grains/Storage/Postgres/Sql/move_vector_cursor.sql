-- Moves the cursor if it still is what the caller knows.
UPDATE soma.vector_cursor SET log_seq = $3, refined_seq = $4
WHERE namespace_id = $1 AND space = $2 AND log_seq = $5 AND refined_seq = $6
