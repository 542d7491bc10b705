-- The schema's version and the oldest build that may use it; no row: there is no schema yet.
SELECT version, readable_from FROM soma.schema_version
