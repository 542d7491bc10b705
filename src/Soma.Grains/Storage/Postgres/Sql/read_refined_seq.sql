-- How far a space's rows go without a gap. No locks.
SELECT refined_seq FROM soma.index_cursor WHERE namespace_id = $1 AND space = $2
