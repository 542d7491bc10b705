-- The grain ids of namespaces that have settings, written to or not.
SELECT grain_id FROM grain_state
WHERE service_id = $1 AND state_name = $2 AND payload IS NOT NULL
ORDER BY grain_id
