-- Vectors that models made of a namespace that is being built, which nobody else reads or writes.
COPY soma.embeddings (namespace_id, seq, space, part, vector) FROM STDIN (FORMAT BINARY)
