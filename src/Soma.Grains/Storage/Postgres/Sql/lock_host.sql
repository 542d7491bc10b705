-- The guard of a host that runs alone: held as long as its connection lives, and given back when that ends.
SELECT pg_try_advisory_lock($1)
