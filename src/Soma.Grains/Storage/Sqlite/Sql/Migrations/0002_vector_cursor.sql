-- readable from: 1
-- How far each namespace is indexed in the vector tier, a row a space: every change up to log_seq is there, and every memory
-- up to refined_seq with its final vector. Moved by compare and set, by whoever indexes.
CREATE TABLE vector_cursor (
  namespace_id INTEGER NOT NULL,
  space TEXT NOT NULL,
  log_seq INTEGER NOT NULL,
  refined_seq INTEGER NOT NULL,
  PRIMARY KEY (namespace_id, space)
) STRICT, WITHOUT ROWID;
