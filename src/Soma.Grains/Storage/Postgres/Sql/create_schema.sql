-- The schema and its version's one row, before the first migration. Runs under the schema's advisory lock.
CREATE SCHEMA IF NOT EXISTS soma;
CREATE TABLE soma.schema_version (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version integer NOT NULL,
  readable_from integer NOT NULL
);
INSERT INTO soma.schema_version (version, readable_from) VALUES (0, 0)
