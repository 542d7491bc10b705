-- Which server answers, whether it lacks acknowledged writes, and what an operator said about that.

-- name: read_server
-- What a server says of itself; a standby has no timeline of its own to write on. The name of the current piece of the write-ahead log
-- begins with the timeline, which the control file would only show after the next checkpoint.
SELECT
  (SELECT c.system_identifier FROM pg_control_system() c)::numeric,
  CASE WHEN pg_is_in_recovery() THEN 0 ELSE ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::integer END,
  pg_postmaster_start_time(),
  pg_last_wal_replay_lsn(),
  NOT pg_is_in_recovery() AND NOT current_setting('transaction_read_only')::boolean,
  current_setting('synchronous_standby_names') <> '',
  to_regclass('soma.lost_writes') IS NOT NULL

-- name: find_lost_heads
-- Which of these acknowledged commits are not in the log: one look-up each, no locks. A namespace that was deleted or replaced, or whose
-- loss was accepted since (0013_lost_writes.sql), has lost nothing. One without a row was deleted long ago, or lost whole.
SELECT h.id, n.id IS NOT NULL, coalesce(n.head_seq, 0)
FROM unnest($1, $2, $3, $4) AS h(id, seq, at, epoch)
LEFT JOIN soma.namespaces n ON n.id = h.id
WHERE n.id IS NULL OR (
  n.tenant NOT LIKE '~%' AND n.epoch >> 40 = h.epoch >> 40 AND NOT EXISTS (
    SELECT 1 FROM soma.log l WHERE l.namespace_id = h.id AND l.seq = h.seq AND l.at = h.at AND l.epoch = h.epoch))

-- name: was_cut_accepted
-- Whether an operator has accepted already what this server lacks.
SELECT EXISTS (SELECT 1 FROM soma.lost_writes WHERE server = $1 AND accepted_at IS NOT NULL)

-- name: record_loss
-- Keeps a loss for every silo, and for those that start later. Two that find the same leave one row, with the larger seq.
INSERT INTO soma.lost_writes (server, tenant, name, known_seq, stored_seq)
SELECT $1, l.* FROM unnest($2, $3, $4, $5) AS l(tenant, name, known_seq, stored_seq)
ON CONFLICT (tenant, name) WHERE accepted_at IS NULL DO UPDATE SET known_seq = greatest(soma.lost_writes.known_seq, excluded.known_seq)

-- name: read_losses
-- What is lost and was not accepted yet.
SELECT tenant, name, known_seq, stored_seq FROM soma.lost_writes WHERE accepted_at IS NULL ORDER BY tenant, name

-- name: accept_losses
-- An operator's word; see the function.
SELECT tenant, name, known_seq, stored_seq FROM soma.accept_losses()
