-- readable from: 1
-- Who wrote a row of the log; null: the root token, or a build that did not say. Adding a column without a default rewrites no row.
ALTER TABLE log ADD COLUMN written_by BLOB;
