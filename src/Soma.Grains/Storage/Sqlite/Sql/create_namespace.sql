-- The row of a namespace before its first write. In the writer's transaction.
INSERT INTO namespaces (tenant, name) VALUES ($1, $2) ON CONFLICT (tenant, name) DO NOTHING
