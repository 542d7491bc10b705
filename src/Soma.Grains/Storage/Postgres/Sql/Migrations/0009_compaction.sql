-- readable from: 1
-- What compaction needs: how far it has come in each namespace, from which moment on the past is whole, and an index by which it finds
-- versions that end by their own time. Adding columns with a constant default rewrites no row. The index is built by one walk over the
-- log, which blocks commits meanwhile; it holds only versions with an end whose content is kept, so it is small.
--
-- Locking: as in 0007_operations.sql, tables in the order of commits, given up and tried again so that a backup stops no writes.
DO $$
BEGIN
  FOR attempt IN 1 .. 150 LOOP
    BEGIN
      PERFORM set_config('lock_timeout', '1s', true);
      LOCK TABLE soma.namespaces IN ACCESS EXCLUSIVE MODE;
      LOCK TABLE soma.log IN SHARE MODE;
      RETURN;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(2);
    END;
  END LOOP;
END
$$;

-- horizon (of 0001): the first seq whose state is whole. horizon_at: a moment from which on it is whole too, whatever its seq.
-- compacted_seq: every row of the log up to it was looked at. compacted_end and compacted_end_seq: every version that ends by then was.
ALTER TABLE soma.namespaces
  ADD COLUMN horizon_at bigint NOT NULL DEFAULT 0,
  ADD COLUMN compacted_seq bigint NOT NULL DEFAULT 0,
  ADD COLUMN compacted_end bigint NOT NULL DEFAULT 0,
  ADD COLUMN compacted_end_seq bigint NOT NULL DEFAULT 0;

-- Of a namespace that was made as a fork: under which key, as a hash, and what was answered.
ALTER TABLE soma.namespaces ADD COLUMN fork_key bytea, ADD COLUMN fork_answer bytea;

CREATE INDEX namespaces_by_fork ON soma.namespaces (fork_key) WHERE fork_key IS NOT NULL;

CREATE INDEX log_by_end ON soma.log (namespace_id, expires_at, seq) WHERE op = 0 AND expires_at IS NOT NULL AND payload IS NOT NULL;

-- Drops the content of these versions and moves on what was looked at. An empty text tells them from purged versions, which have none.
--
-- Locking: an advisory lock first, so that of many silos one at a time compacts a namespace and the others pass over it (status 1); then the
-- namespace's row, in line with its commits. epoch, commit_no and head_seq stay, so the owner's fence notices nothing. Status 2: the
-- horizon has not been moved to where these versions need it, or the namespace has no name any more.
CREATE FUNCTION soma.compact_namespace(
  p_namespace bigint, p_seq bigint[], p_horizon bigint, p_compacted_seq bigint, p_end bigint, p_end_seq bigint)
RETURNS TABLE (status integer, versions integer)
LANGUAGE plpgsql
SET enable_seqscan = off
SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  gone integer := 0;
BEGIN
  -- "comp" in ASCII; another number than those of the schema, the host, the builder and the sweep.
  IF NOT pg_try_advisory_xact_lock(x'636f6d70'::int, (p_namespace % 2147483647)::int) THEN
    RETURN QUERY SELECT 1, 0;
    RETURN;
  END IF;

  PERFORM 1 FROM soma.namespaces n
  WHERE n.id = p_namespace AND n.tenant NOT LIKE '~%' AND n.horizon >= p_horizon
  FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 2, 0;
    RETURN;
  END IF;

  IF cardinality(p_seq) > 0 THEN
    -- Found one by one by their whole key and changed by where they lie (ctid, which nobody else can change meanwhile), whatever the
    -- planner believes of the table's size.
    UPDATE soma.log l SET payload = NULL, text = ''::bytea, brought_vector = NULL, has_text = false
    WHERE l.ctid = ANY (ARRAY(
      SELECT v.ctid FROM unnest(p_seq) AS named(seq)
      CROSS JOIN LATERAL (
        SELECT x.ctid FROM soma.log x
        WHERE x.namespace_id = p_namespace AND x.seq = named.seq AND x.op = 0 AND x.payload IS NOT NULL LIMIT 1) v));
    GET DIAGNOSTICS gone = ROW_COUNT;

    DELETE FROM soma.embeddings e WHERE e.namespace_id = p_namespace AND e.seq = ANY (p_seq);
  END IF;

  UPDATE soma.namespaces n SET
    compacted_seq = greatest(n.compacted_seq, p_compacted_seq),
    compacted_end_seq = CASE WHEN (p_end, p_end_seq) > (n.compacted_end, n.compacted_end_seq) THEN p_end_seq ELSE n.compacted_end_seq END,
    compacted_end = greatest(n.compacted_end, p_end)
  WHERE n.id = p_namespace;

  RETURN QUERY SELECT 0, gone;
END
$$;
