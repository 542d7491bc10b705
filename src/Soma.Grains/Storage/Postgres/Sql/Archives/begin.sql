-- The row of a namespace that is being built: a tenant that no client can name, and head 0, so that nothing counts or lists it.
INSERT INTO soma.namespaces (tenant, name) VALUES ('~building', gen_random_uuid()::text) RETURNING id
