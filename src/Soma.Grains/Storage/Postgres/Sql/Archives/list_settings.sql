-- The grain keys of namespaces that have settings, written to or not. No locks.
SELECT grain_key FROM soma.grain_state
WHERE service_id = $1 AND state_name = $2 AND payload IS NOT NULL
ORDER BY grain_key
