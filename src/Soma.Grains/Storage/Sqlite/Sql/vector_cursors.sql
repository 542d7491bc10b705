-- How far the vector tier has followed the log.

-- name: read_vector_cursor
-- How far a namespace is indexed in a space.
SELECT log_seq, refined_seq FROM vector_cursor WHERE namespace_id = $1 AND space = $2

-- name: begin_vector_cursor
-- The first cursor of a space; none where there is one already.
INSERT INTO vector_cursor (namespace_id, space, log_seq, refined_seq) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING

-- name: move_vector_cursor
-- Moves the cursor if it still is what the caller knows.
UPDATE vector_cursor SET log_seq = $3, refined_seq = $4
WHERE namespace_id = $1 AND space = $2 AND log_seq = $5 AND refined_seq = $6
