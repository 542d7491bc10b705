-- What is done once for a connection.

-- name: open_session
-- Once for each connection. A commit is durable before it is answered: where the server's synchronous_commit waits for less than
-- its own disk (off), or leaves out a standby that was named (local, remote_write), the session waits for both. A stronger value
-- (remote_apply) stays. The value is set in either case, so that a reload of the server's configuration cannot weaken it later.
SELECT set_config(
  'synchronous_commit',
  CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END,
  false)

-- name: lock_host
-- The guard of a host that runs alone: held as long as its connection lives, and given back when that ends.
SELECT pg_try_advisory_lock($1)

-- name: lock_host_shared
-- The guard of a cluster's silo: many may hold it, none beside a host that runs alone.
SELECT pg_try_advisory_lock_shared($1)
