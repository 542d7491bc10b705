-- readable from: 1
-- Who wrote a row of the log; null: the root token, or a build that did not say. Adding a column without a default rewrites no row, so
-- this takes as long for a large log as for an empty one.
--
-- Locking: as in 0007_operations.sql, given up and tried again so that a backup stops no writes.
DO $$
BEGIN
  FOR attempt IN 1 .. 150 LOOP
    BEGIN
      PERFORM set_config('lock_timeout', '1s', true);
      LOCK TABLE soma.namespaces, soma.log IN ACCESS EXCLUSIVE MODE;
      RETURN;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(2);
    END;
  END LOOP;
END
$$;

ALTER TABLE soma.log ADD COLUMN written_by bytea;

-- One commit of a namespace, whole or not at all, with the writers of its rows: 0002_commit.sql has the protocol and the locks. The
-- function of 0008_commit_operations.sql stays, for builds that know no writers; this one is told from it by its parameters. l_by may be
-- null: then root wrote all rows.
--
-- An operation clashes if its key has a live receipt: its retry was applied before it. Returns also how many memories the namespace
-- counts after the commit.
CREATE FUNCTION soma.commit_batch(
  p_namespace bigint, p_epoch bigint, p_commit_no bigint, p_head bigint, p_at bigint,
  p_dimension integer, p_largest double precision,
  l_op smallint[], l_coord text[], l_version bigint[], l_created_seq bigint[], l_type smallint[], l_payload bytea[],
  l_text bytea[], l_has_text boolean[], l_vector bytea[], l_importance double precision[], l_link_to text[],
  l_link_type bytea[], l_strength double precision[], l_metadata bytea[], l_created_at bigint[], l_expires_at bigint[],
  l_operation bytea[], l_by bytea[],
  m_coord text[], m_seq bigint[], m_version bigint[], m_alive boolean[], m_type smallint[],
  m_importance double precision[], m_vector boolean[], m_created_seq bigint[], m_created_at bigint[], m_expires_at bigint[],
  g_coord text[], g_seq bigint[],
  u_from text[], u_to text[], u_type bytea[],
  k_from text[], k_to text[], k_type bytea[], k_strength double precision[], k_metadata bytea[], k_seq bigint[],
  r_key bytea[], r_hash bytea[], r_status integer[], r_body bytea[], r_seq bigint[], r_etag bigint[], r_expires_at bigint[],
  p_purges text[],
  a_coord text[], a_count bigint[])
RETURNS TABLE (status integer, clashing bytea[], memories bigint)
LANGUAGE plpgsql
SET enable_seqscan = off
SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  clash bytea[];
  episodic bigint := 0;
  semantic bigint := 0;
  belief bigint := 0;
  vectors bigint := 0;
  remaining bigint;
BEGIN
  PERFORM 1 FROM soma.namespaces n
  WHERE n.id = p_namespace AND n.epoch = p_epoch AND n.commit_no = p_commit_no AND n.head_seq = p_head
  FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 1, NULL::bytea[], 0::bigint;
    RETURN;
  END IF;

  IF cardinality(r_key) > 0 THEN
    SELECT array_agg(old.key) INTO clash
    FROM unnest(r_key, r_hash, r_status, r_body, r_seq, r_etag) AS new(key, hash, status, body, seq, etag)
    CROSS JOIN LATERAL (
      SELECT kept.* FROM soma.receipts kept WHERE kept.namespace_id = p_namespace AND kept.key = new.key LIMIT 1) old
    WHERE old.status <> 0 AND old.expires_at > p_at
      AND (old.request_hash, old.status, old.body, old.seq, old.etag)
        IS DISTINCT FROM (new.hash, new.status, new.body, new.seq, new.etag);
    IF clash IS NOT NULL THEN
      RETURN QUERY SELECT 2, clash, 0::bigint;
      RETURN;
    END IF;
  END IF;

  -- A gateway seldom sends an operation twice, so most often this is one look-up for the whole batch. It does not ask whether the receipt
  -- lives, because after an upgrade it would look at all that the version before left until it found one that does.
  IF EXISTS (
    SELECT 1 FROM soma.receipts kept WHERE kept.namespace_id = p_namespace AND kept.key >= 'g:'::bytea AND kept.key < 'g;'::bytea) THEN
    SELECT array_agg(old.key) INTO clash
    FROM unnest(l_operation) AS new(operation)
    CROSS JOIN LATERAL (
      SELECT kept.* FROM soma.receipts kept
      WHERE kept.namespace_id = p_namespace
        AND kept.key = convert_to('g:' || encode(substring(new.operation FROM 1 FOR 16), 'hex'), 'UTF8') LIMIT 1) old
    WHERE old.expires_at > p_at;
    IF clash IS NOT NULL THEN
      RETURN QUERY SELECT 2, clash, 0::bigint;
      RETURN;
    END IF;
  END IF;

  IF cardinality(l_op) > 0 THEN
    INSERT INTO soma.log (
      namespace_id, seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector,
      importance, link_to, link_type, strength, metadata, created_at, at, expires_at, operation, written_by)
    SELECT p_namespace, p_head + row.k, row.op, row.coord, row.version, p_epoch, row.created_seq, row.type, row.payload,
      row.text, row.has_text, row.vector, row.importance, row.link_to, row.link_type, row.strength, row.metadata,
      row.created_at, p_at, row.expires_at, row.operation, row.written_by
    FROM unnest(
      l_op, l_coord, l_version, l_created_seq, l_type, l_payload, l_text, l_has_text, l_vector, l_importance, l_link_to,
      l_link_type, l_strength, l_metadata, l_created_at, l_expires_at, l_operation, l_by) WITH ORDINALITY
      AS row(op, coord, version, created_seq, type, payload, text, has_text, vector, importance, link_to,
        link_type, strength, metadata, created_at, expires_at, operation, written_by, k);
  END IF;

  IF cardinality(m_coord) > 0 THEN
    SELECT
      count(*) FILTER (WHERE new.alive AND new.type = 0) - count(*) FILTER (WHERE old.alive AND old.type = 0),
      count(*) FILTER (WHERE new.alive AND new.type = 1) - count(*) FILTER (WHERE old.alive AND old.type = 1),
      count(*) FILTER (WHERE new.alive AND new.type = 2) - count(*) FILTER (WHERE old.alive AND old.type = 2),
      count(*) FILTER (WHERE new.vector) - count(*) FILTER (WHERE old.alive AND old.has_vector)
    INTO episodic, semantic, belief, vectors
    FROM unnest(m_coord, m_alive, m_type, m_vector) AS new(coord, alive, type, vector)
    LEFT JOIN LATERAL (
      SELECT m.* FROM soma.memories m WHERE m.namespace_id = p_namespace AND m.coord = new.coord LIMIT 1) old ON true;

    -- The same created_seq means the same memory: a tombstone, an expired memory or a delete inside this batch gives its
    -- successor another one, and its count of accesses starts again.
    INSERT INTO soma.memories AS old (
      namespace_id, coord, seq, version, alive, type, importance, has_vector, created_seq, created_at, expires_at)
    SELECT p_namespace, new.coord, new.seq, new.version, new.alive, new.type, new.importance, new.vector,
      new.created_seq, new.created_at, new.expires_at
    FROM unnest(
      m_coord, m_seq, m_version, m_alive, m_type, m_importance, m_vector, m_created_seq, m_created_at, m_expires_at)
      AS new(coord, seq, version, alive, type, importance, vector, created_seq, created_at, expires_at)
    ON CONFLICT (namespace_id, coord) DO UPDATE SET
      seq = excluded.seq, version = excluded.version, alive = excluded.alive, type = excluded.type,
      importance = excluded.importance, has_vector = excluded.has_vector, created_seq = excluded.created_seq,
      created_at = excluded.created_at, expires_at = excluded.expires_at,
      access_count = CASE
        WHEN old.alive AND excluded.alive AND old.created_seq = excluded.created_seq THEN old.access_count ELSE 0 END;
  END IF;

  FOR i IN 1 .. cardinality(g_coord) LOOP
    DELETE FROM soma.links l WHERE l.namespace_id = p_namespace AND l.from_coord = g_coord[i] AND l.seq < g_seq[i];
    DELETE FROM soma.links l WHERE l.namespace_id = p_namespace AND l.to_coord = g_coord[i] AND l.seq < g_seq[i];
  END LOOP;

  FOR i IN 1 .. cardinality(u_from) LOOP
    DELETE FROM soma.links l
    WHERE l.namespace_id = p_namespace AND l.from_coord = u_from[i] AND l.to_coord = u_to[i] AND l.link_type = u_type[i];
  END LOOP;

  IF cardinality(k_from) > 0 THEN
    INSERT INTO soma.links (namespace_id, from_coord, to_coord, link_type, strength, metadata, seq)
    SELECT p_namespace, new.* FROM unnest(k_from, k_to, k_type, k_strength, k_metadata, k_seq) AS new
    ON CONFLICT (namespace_id, from_coord, to_coord, link_type) DO UPDATE SET
      strength = excluded.strength, metadata = excluded.metadata, seq = excluded.seq;
  END IF;

  IF cardinality(r_key) > 0 THEN
    INSERT INTO soma.receipts (namespace_id, key, request_hash, status, body, seq, etag, expires_at)
    SELECT p_namespace, new.* FROM unnest(r_key, r_hash, r_status, r_body, r_seq, r_etag, r_expires_at) AS new
    ON CONFLICT (namespace_id, key) DO UPDATE SET
      request_hash = excluded.request_hash, status = excluded.status, body = excluded.body, seq = excluded.seq,
      etag = excluded.etag, expires_at = excluded.expires_at;

    -- Up to two expired receipts for each new one, so that the table does not grow without bound.
    DELETE FROM soma.receipts r USING (
      SELECT old.key FROM soma.receipts old WHERE old.namespace_id = p_namespace AND old.expires_at <= p_at
      ORDER BY old.expires_at LIMIT 2 * cardinality(r_key)) gone
    WHERE r.namespace_id = p_namespace AND r.key = gone.key;
  END IF;

  -- The version that is alive after this batch stays: a put that follows a purge must not lose its payload with it.
  FOR i IN 1 .. cardinality(p_purges) LOOP
    WITH purged AS (
      UPDATE soma.log l SET payload = NULL, text = NULL, brought_vector = NULL, has_text = false
      WHERE l.namespace_id = p_namespace AND l.coord = p_purges[i] AND l.op = 0 AND l.seq IS DISTINCT FROM (
        SELECT kept.seq FROM soma.memories kept
        WHERE kept.namespace_id = p_namespace AND kept.coord = p_purges[i]
          AND kept.alive AND (kept.expires_at IS NULL OR kept.expires_at > p_at))
      RETURNING l.seq)
    DELETE FROM soma.embeddings e USING purged WHERE e.namespace_id = p_namespace AND e.seq = purged.seq;
  END LOOP;

  FOR i IN 1 .. cardinality(a_coord) LOOP
    UPDATE soma.memories m SET access_count = m.access_count + a_count[i]
    WHERE m.namespace_id = p_namespace AND m.coord = a_coord[i] AND m.alive;
  END LOOP;

  UPDATE soma.namespaces n SET
    commit_no = n.commit_no + 1, head_seq = n.head_seq + cardinality(l_op), last_at = greatest(n.last_at, p_at),
    count_episodic = n.count_episodic + episodic, count_semantic = n.count_semantic + semantic,
    count_belief = n.count_belief + belief, count_vectors = n.count_vectors + vectors,
    brought_dimension = coalesce(p_dimension, n.brought_dimension),
    largest_importance = greatest(n.largest_importance, p_largest)
  WHERE n.id = p_namespace
  RETURNING n.count_episodic + n.count_semantic + n.count_belief INTO remaining;

  RETURN QUERY SELECT 0, NULL::bytea[], remaining;
END
$$;
