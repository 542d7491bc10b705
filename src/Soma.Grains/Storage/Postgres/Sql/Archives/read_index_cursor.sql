-- How far each space's vectors go without a gap, all of a namespace, in the order of the key. No locks.
SELECT space, log_seq, refined_seq
FROM soma.index_cursor WHERE namespace_id = $1 ORDER BY space
