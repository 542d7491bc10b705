-- What a start asks of the database and makes of it.

-- name: schema_exists
-- Whether there is a schema at all.
SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_version'

-- name: create_schema
-- The schema's version's one row, before the first migration; in the migrations' transaction.
CREATE TABLE schema_version (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  version INTEGER NOT NULL,
  readable_from INTEGER NOT NULL
) STRICT;
INSERT INTO schema_version (only_row, version, readable_from) VALUES (1, 0, 0);

-- name: read_schema_version
-- The schema's version and the oldest build that may use it.
SELECT version, readable_from FROM schema_version

-- name: write_schema_version
-- Remembers a migration in its own transaction.
UPDATE schema_version SET version = $1, readable_from = $2
