-- The schema's version's one row, before the first migration; in the migrations' transaction.
CREATE TABLE schema_version (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  version INTEGER NOT NULL,
  readable_from INTEGER NOT NULL
) STRICT;
INSERT INTO schema_version (only_row, version, readable_from) VALUES (1, 0, 0);
