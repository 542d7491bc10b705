-- How far a space's rows go without a gap.
SELECT refined_seq FROM index_cursor WHERE namespace_id = $1 AND space = $2
