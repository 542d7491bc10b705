-- How far each space's vectors go without a gap of a namespace that is being built, which nobody else reads or writes.
COPY soma.index_cursor (namespace_id, space, log_seq, refined_seq) FROM STDIN (FORMAT BINARY)
