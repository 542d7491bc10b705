-- The settings of a namespace as grain storage keeps them. No locks.
SELECT payload FROM soma.grain_state
WHERE service_id = $1 AND state_name = $2 AND grain_n0 = 0 AND grain_n1 = 0 AND grain_key = $3 AND payload IS NOT NULL
