-- readable from: 1
-- Commits of several namespaces that do nothing but store memories, as most do: all of them or none. soma.commit_batch costs each of them
-- some fifty parameters and six statements; here they share the statements that write rows.
--
-- It has the protocol and the locks of soma.commit_batch (0002_commit.sql, 0012_written_by.sql). Namespaces come in the order of their ids,
-- and each once, so that no two calls wait for each other. Arrays that begin with f_ have an entry for each namespace, and l_place and
-- a_place say to which of them a row belongs, from 1 on.
--
-- Returns how many memories each namespace counts afterwards. Null: a fence failed or an operation has a live receipt, nothing was changed,
-- and soma.commit_batch says what each commit meets.
CREATE FUNCTION soma.commit_batches(
  f_namespace bigint[], f_epoch bigint[], f_commit_no bigint[], f_head bigint[], f_at bigint[],
  f_dimension integer[], f_largest double precision[],
  l_place integer[], l_seq bigint[], l_coord text[], l_version bigint[], l_created_seq bigint[], l_type smallint[], l_payload bytea[],
  l_text bytea[], l_has_text boolean[], l_vector bytea[], l_importance double precision[], l_created_at bigint[],
  l_expires_at bigint[], l_operation bytea[], l_by bytea[],
  a_place integer[], a_coord text[], a_count bigint[])
RETURNS bigint[]
LANGUAGE plpgsql
SET enable_seqscan = off
SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  changed record;
  remaining bigint;
  memories bigint[] := f_namespace;
BEGIN
  FOR i IN 1 .. cardinality(f_namespace) LOOP
    PERFORM 1 FROM soma.namespaces n
    WHERE n.id = f_namespace[i] AND n.epoch = f_epoch[i] AND n.commit_no = f_commit_no[i] AND n.head_seq = f_head[i]
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
      RETURN NULL;
    END IF;

    IF EXISTS (
      SELECT 1 FROM soma.receipts kept WHERE kept.namespace_id = f_namespace[i] AND kept.key >= 'g:'::bytea AND kept.key < 'g;'::bytea) THEN
      IF EXISTS (
        SELECT 1 FROM unnest(l_place, l_operation) AS new(place, operation)
        CROSS JOIN LATERAL (
          SELECT kept.expires_at FROM soma.receipts kept
          WHERE kept.namespace_id = f_namespace[i]
            AND kept.key = convert_to('g:' || encode(substring(new.operation FROM 1 FOR 16), 'hex'), 'UTF8') LIMIT 1) old
        WHERE new.place = i AND old.expires_at > f_at[i]) THEN
        RETURN NULL;
      END IF;
    END IF;
  END LOOP;

  INSERT INTO soma.log (
    namespace_id, seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector,
    importance, strength, created_at, at, expires_at, operation, written_by)
  SELECT f_namespace[row.place], row.seq, 0, row.coord, row.version, f_epoch[row.place], row.created_seq, row.type, row.payload,
    row.text, row.has_text, row.vector, row.importance, 0, row.created_at, f_at[row.place], row.expires_at, row.operation, row.written_by
  FROM unnest(
    l_place, l_seq, l_coord, l_version, l_created_seq, l_type, l_payload, l_text, l_has_text, l_vector, l_importance, l_created_at,
    l_expires_at, l_operation, l_by)
    AS row(place, seq, coord, version, created_seq, type, payload, text, has_text, vector, importance, created_at,
      expires_at, operation, written_by);

  FOR changed IN
    SELECT new.place,
      count(*) FILTER (WHERE new.type = 0) - count(*) FILTER (WHERE old.alive AND old.type = 0) AS episodic,
      count(*) FILTER (WHERE new.type = 1) - count(*) FILTER (WHERE old.alive AND old.type = 1) AS semantic,
      count(*) FILTER (WHERE new.type = 2) - count(*) FILTER (WHERE old.alive AND old.type = 2) AS belief,
      count(*) FILTER (WHERE new.has_text OR new.vector IS NOT NULL) - count(*) FILTER (WHERE old.alive AND old.has_vector) AS vectors,
      count(*) AS rows
    FROM unnest(l_place, l_coord, l_type, l_has_text, l_vector) AS new(place, coord, type, has_text, vector)
    LEFT JOIN LATERAL (
      SELECT m.* FROM soma.memories m WHERE m.namespace_id = f_namespace[new.place] AND m.coord = new.coord LIMIT 1) old ON true
    GROUP BY new.place
  LOOP
    UPDATE soma.namespaces n SET
      commit_no = n.commit_no + 1, head_seq = n.head_seq + changed.rows, last_at = greatest(n.last_at, f_at[changed.place]),
      count_episodic = n.count_episodic + changed.episodic, count_semantic = n.count_semantic + changed.semantic,
      count_belief = n.count_belief + changed.belief, count_vectors = n.count_vectors + changed.vectors,
      brought_dimension = coalesce(f_dimension[changed.place], n.brought_dimension),
      largest_importance = greatest(n.largest_importance, f_largest[changed.place])
    WHERE n.id = f_namespace[changed.place]
    RETURNING n.count_episodic + n.count_semantic + n.count_belief INTO remaining;
    memories[changed.place] := remaining;
  END LOOP;

  INSERT INTO soma.memories AS old (
    namespace_id, coord, seq, version, alive, type, importance, has_vector, created_seq, created_at, expires_at)
  SELECT f_namespace[new.place], new.coord, new.seq, new.version, true, new.type, new.importance,
    new.has_text OR new.vector IS NOT NULL, new.created_seq, new.created_at, new.expires_at
  FROM unnest(
    l_place, l_coord, l_seq, l_version, l_type, l_importance, l_has_text, l_vector, l_created_seq, l_created_at, l_expires_at)
    AS new(place, coord, seq, version, type, importance, has_text, vector, created_seq, created_at, expires_at)
  ON CONFLICT (namespace_id, coord) DO UPDATE SET
    seq = excluded.seq, version = excluded.version, alive = true, type = excluded.type,
    importance = excluded.importance, has_vector = excluded.has_vector, created_seq = excluded.created_seq,
    created_at = excluded.created_at, expires_at = excluded.expires_at,
    access_count = CASE WHEN old.alive AND old.created_seq = excluded.created_seq THEN old.access_count ELSE 0 END;

  FOR i IN 1 .. cardinality(a_place) LOOP
    UPDATE soma.memories m SET access_count = m.access_count + a_count[i]
    WHERE m.namespace_id = f_namespace[a_place[i]] AND m.coord = a_coord[i] AND m.alive;
  END LOOP;

  RETURN memories;
END
$$;
