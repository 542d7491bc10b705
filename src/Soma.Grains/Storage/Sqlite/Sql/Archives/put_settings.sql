-- The settings of a namespace, or none (null); in the transaction that gives it its name.
INSERT INTO grain_state AS s (service_id, state_name, grain_id, version, payload) VALUES ($1, $2, $3, 1, $4)
ON CONFLICT (service_id, state_name, grain_id) DO UPDATE SET payload = excluded.payload, version = s.version + 1
