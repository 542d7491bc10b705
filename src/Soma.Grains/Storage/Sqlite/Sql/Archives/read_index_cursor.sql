-- How far each space's vectors go without a gap, all of a namespace, in the order of the key.
SELECT space, log_seq, refined_seq
FROM index_cursor WHERE namespace_id = $1 ORDER BY space
