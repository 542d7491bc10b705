-- Once for each connection. A commit is durable before it is answered: where the server's synchronous_commit waits for less than
-- its own disk (off), or leaves out a standby that was named (local, remote_write), the session waits for both. A stronger value
-- (remote_apply) stays. The value is set in either case, so that a reload of the server's configuration cannot weaken it later.
SELECT set_config(
  'synchronous_commit',
  CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END,
  false)
