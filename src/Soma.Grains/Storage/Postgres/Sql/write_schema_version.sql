-- Remembers a migration in its own transaction.
UPDATE soma.schema_version SET version = $1, readable_from = $2
