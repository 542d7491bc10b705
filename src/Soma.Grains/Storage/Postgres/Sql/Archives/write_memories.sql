-- What each coordinate holds of a namespace that is being built, which nobody else reads or writes.
COPY soma.memories (namespace_id, coord, seq, version, alive, type, importance, has_vector, created_seq, created_at, expires_at, access_count) FROM STDIN (FORMAT BINARY)
