-- Whether there is a schema at all, without touching anything.
SELECT to_regclass('soma.schema_version') IS NOT NULL
