-- The first write of a state: no row changed means that another one was first.
INSERT INTO grain_state (service_id, state_name, grain_id, version, payload) VALUES ($1, $2, $3, 1, $4) ON CONFLICT DO NOTHING
