-- The row of a namespace that is being built: a tenant that no client can name, and head 0, so that nothing counts or lists it.
INSERT INTO namespaces (tenant, name) VALUES ('~building', lower(hex(randomblob(16)))) RETURNING id
