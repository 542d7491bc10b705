-- Settings kept for Orleans grain storage.

-- name: read_state
-- A grain's state and its version.
SELECT version, payload FROM grain_state WHERE service_id = $1 AND state_name = $2 AND grain_id = $3

-- name: insert_state
-- The first write of a state: no row changed means that another one was first.
INSERT INTO grain_state (service_id, state_name, grain_id, version, payload) VALUES ($1, $2, $3, 1, $4) ON CONFLICT DO NOTHING

-- name: update_state
-- A later write or a clear (null): no row changed means that the version is no longer the expected one.
UPDATE grain_state SET payload = $4, version = version + 1
WHERE service_id = $1 AND state_name = $2 AND grain_id = $3 AND version = $5
