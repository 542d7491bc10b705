-- readable from: 1
-- How far each namespace is indexed in the vector tier, a row a space: every change up to log_seq is there, and every memory
-- up to refined_seq with its final vector. Moved by compare and set, by whoever indexes.
CREATE TABLE soma.vector_cursor (
  namespace_id bigint NOT NULL,
  space text COLLATE "C" NOT NULL,
  log_seq bigint NOT NULL,
  refined_seq bigint NOT NULL,
  PRIMARY KEY (namespace_id, space)
);
