-- How far a namespace is indexed in a space.
SELECT log_seq, refined_seq FROM vector_cursor WHERE namespace_id = $1 AND space = $2
