-- What a start asks of the database and makes of it.

-- name: read_durability
-- What decides whether a commit that the server confirmed survives a crash of its machine.
SELECT current_setting('fsync')::boolean, current_setting('full_page_writes')::boolean

-- name: set_timeouts
-- Gives this transaction alone a migration's time instead of a commit's, its waits for locks included.
SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $1, true),
  set_config('idle_in_transaction_session_timeout', $1, true)

-- name: lock_schema
-- Lets one silo at a time look at the schema and change it; held to the end of the transaction.
SELECT pg_advisory_xact_lock($1)

-- name: schema_exists
-- Whether there is a schema at all, without touching anything. It asks the tables: to_regclass may answer from what the session remembers, e.g. from
-- before it waited for another silo that made the schema.
SELECT EXISTS (
  SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'soma' AND c.relname = 'schema_version')

-- name: create_schema
-- The schema and its version's one row, before the first migration. Runs under the schema's advisory lock.
CREATE SCHEMA IF NOT EXISTS soma;
CREATE TABLE soma.schema_version (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version integer NOT NULL,
  readable_from integer NOT NULL
);
INSERT INTO soma.schema_version (version, readable_from) VALUES (0, 0)

-- name: read_schema_version
-- The schema's version and the oldest build that may use it; no row: there is no schema yet.
SELECT version, readable_from FROM soma.schema_version

-- name: write_schema_version
-- Remembers a migration in its own transaction.
UPDATE soma.schema_version SET version = $1, readable_from = $2
