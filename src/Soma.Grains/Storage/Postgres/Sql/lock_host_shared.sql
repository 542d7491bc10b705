-- The guard of a cluster's silo: many may hold it, none beside a host that runs alone.
SELECT pg_try_advisory_lock_shared($1)
