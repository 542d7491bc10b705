-- readable from: 1
-- The gateway's operation that wrote a row, which leaves no receipt then. Adding a column without a default rewrites no row, so this
-- takes as long for a large log as for an empty one.
ALTER TABLE log ADD COLUMN operation BLOB;
