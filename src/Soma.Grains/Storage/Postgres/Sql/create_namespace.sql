-- The row of a namespace before its first write. Waits for another transaction that is inserting the same name.
INSERT INTO soma.namespaces (tenant, name) VALUES ($1, $2) ON CONFLICT (tenant, name) DO NOTHING
