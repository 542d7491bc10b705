-- readable from: 1
-- Reclaims what is over in one namespace: these memories become tombstones where they still hold that seq, and up to p_receipts
-- expired receipts are deleted. A function, so that the namespace's row is never held while the server waits for a client.
--
-- Locking: an advisory lock first, so that of many silos one at a time sweeps a namespace and the others pass over it; then the
-- namespace's row, in line with its commits. epoch, commit_no and head_seq stay as they are: the owner's fence notices nothing.
-- The counters change by what the rows that were replaced had counted. Rows are found one by one by their whole key and changed by
-- where they lie (ctid, which nobody else can change meanwhile), whatever the planner believes of the table's size. Namespaces under a '~' name are being built or let go of
-- by the archive commands, which count them themselves.
CREATE FUNCTION soma.sweep_namespace(
  p_namespace bigint, p_before bigint, m_coord text[], m_seq bigint[], p_receipts integer)
RETURNS TABLE (memories integer, receipts integer)
LANGUAGE plpgsql
SET enable_seqscan = off
SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  swept integer := 0;
  episodic bigint := 0;
  semantic bigint := 0;
  belief bigint := 0;
  vectors bigint := 0;
  gone integer := 0;
BEGIN
  -- "swee" in ASCII; another number than those of the schema, the host and the builder.
  IF NOT pg_try_advisory_xact_lock(x'73776565'::int, (p_namespace % 2147483647)::int) THEN
    RETURN QUERY SELECT 0, 0;
    RETURN;
  END IF;

  PERFORM 1 FROM soma.namespaces n WHERE n.id = p_namespace AND n.tenant NOT LIKE '~%' FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 0, 0;
    RETURN;
  END IF;

  IF cardinality(m_coord) > 0 THEN
    WITH due AS (
      SELECT old.ctid, old.type, old.has_vector
      FROM unnest(m_coord, m_seq) AS named(coord, seq)
      CROSS JOIN LATERAL (
        SELECT m.ctid, m.type, m.has_vector FROM soma.memories m
        WHERE m.namespace_id = p_namespace AND m.coord = named.coord AND m.seq = named.seq AND m.alive AND m.expires_at <= p_before
        LIMIT 1) old),
    reclaimed AS (
      UPDATE soma.memories m SET
        alive = false, type = 0, importance = 0, has_vector = false, created_seq = 0, created_at = 0, expires_at = NULL, access_count = 0
      FROM due
      WHERE m.ctid = due.ctid
      RETURNING due.type, due.has_vector)
    SELECT count(*), count(*) FILTER (WHERE type = 0), count(*) FILTER (WHERE type = 1), count(*) FILTER (WHERE type = 2),
      count(*) FILTER (WHERE has_vector)
    INTO swept, episodic, semantic, belief, vectors
    FROM reclaimed;

    UPDATE soma.namespaces n SET
      count_episodic = n.count_episodic - episodic, count_semantic = n.count_semantic - semantic,
      count_belief = n.count_belief - belief, count_vectors = n.count_vectors - vectors
    WHERE n.id = p_namespace AND swept > 0;

    -- Of all that were named: one that holds another seq by now has no use for the old seq's vectors either.
    DELETE FROM soma.embeddings e WHERE e.namespace_id = p_namespace AND e.seq = ANY (m_seq);
  END IF;

  DELETE FROM soma.receipts r WHERE r.ctid = ANY (ARRAY(
    SELECT old.ctid FROM soma.receipts old WHERE old.namespace_id = p_namespace AND old.expires_at <= p_before
    ORDER BY old.expires_at LIMIT p_receipts));
  GET DIAGNOSTICS gone = ROW_COUNT;

  RETURN QUERY SELECT swept, gone;
END
$$;

-- How many memories a namespace's row counts now. A function and not a subquery, because a subquery of the statement that commits
-- sees the row as it was before that commit and before a sweep it waited for.
CREATE FUNCTION soma.memory_count(p_namespace bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  RETURN (SELECT n.count_episodic + n.count_semantic + n.count_belief FROM soma.namespaces n WHERE n.id = p_namespace);
END
$$;
