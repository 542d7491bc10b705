-- The settings of a namespace as grain storage keeps them.
SELECT payload FROM grain_state WHERE service_id = $1 AND state_name = $2 AND grain_id = $3 AND payload IS NOT NULL
