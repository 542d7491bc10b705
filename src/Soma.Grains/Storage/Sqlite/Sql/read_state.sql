-- A grain's state and its version.
SELECT version, payload FROM grain_state WHERE service_id = $1 AND state_name = $2 AND grain_id = $3
