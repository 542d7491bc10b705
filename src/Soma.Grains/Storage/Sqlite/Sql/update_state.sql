-- A later write or a clear (null): no row changed means that the version is no longer the expected one.
UPDATE grain_state SET payload = $4, version = version + 1
WHERE service_id = $1 AND state_name = $2 AND grain_id = $3 AND version = $5
