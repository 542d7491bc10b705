-- The schema's version and the oldest build that may use it.
SELECT version, readable_from FROM schema_version
