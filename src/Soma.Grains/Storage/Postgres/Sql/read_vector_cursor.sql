-- How far a namespace is indexed in a space. No locks.
SELECT log_seq, refined_seq FROM soma.vector_cursor WHERE namespace_id = $1 AND space = $2
