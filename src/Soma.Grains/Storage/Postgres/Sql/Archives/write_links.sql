-- The links of a namespace that is being built, which nobody else reads or writes.
COPY soma.links (namespace_id, from_coord, to_coord, link_type, strength, metadata, seq) FROM STDIN (FORMAT BINARY)
