-- readable from: 1
-- Puts a namespace that was built unseen in the place of a name, whole or not at all. A function, so that the old row is never
-- held while the server waits for the client.
--
-- Locking: the old row first, as every commit and every new owner does. A commit in flight is waited for and seen; one that
-- waits behind this finds another epoch and is refused. The new row has a larger epoch than either, and carries on the
-- predecessor's lease where it was not released, so that its first owner answers nothing before that is over.
--
-- Returns status 0 published, with the lease that may still be out; 1 the name is that of a namespace that was written to; 2
-- what was built is no longer there. 1 and 2 change nothing. Where there is no old row a first write may make one at the same
-- moment: the caller then gets a unique violation and comes again.
CREATE FUNCTION soma.publish_namespace(
  p_id bigint, p_tenant text, p_name text, p_replace boolean,
  p_epoch bigint, p_commit_no bigint, p_head bigint, p_last_at bigint, p_episodic bigint, p_semantic bigint, p_belief bigint,
  p_vectors bigint, p_horizon bigint, p_dimension integer, p_space text, p_largest double precision,
  p_set_settings boolean, p_service text, p_state_name text, p_grain_key text, p_settings bytea)
RETURNS TABLE (status integer, lease_ms bigint)
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
  old soma.namespaces;
BEGIN
  SELECT n.* INTO old FROM soma.namespaces n WHERE n.tenant = p_tenant AND n.name = p_name FOR UPDATE;
  IF old.head_seq > 0 AND NOT p_replace THEN
    RETURN QUERY SELECT 1, 0::bigint;
    RETURN;
  END IF;

  PERFORM 1 FROM soma.namespaces n WHERE n.id = p_id AND n.tenant = '~building' FOR UPDATE;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 2, 0::bigint;
    RETURN;
  END IF;

  IF old.id IS NOT NULL THEN
    UPDATE soma.namespaces n SET
      tenant = '~replaced', name = n.id::text, epoch = n.epoch + 1, released = true, head_seq = 0, count_episodic = 0,
      count_semantic = 0, count_belief = 0, count_vectors = 0
    WHERE n.id = old.id;
  END IF;

  UPDATE soma.namespaces n SET
    tenant = p_tenant, name = p_name, epoch = greatest(p_epoch, coalesce(old.epoch, 0)) + 1, released = coalesce(old.released, true),
    lease_ms = coalesce(old.lease_ms, 0), commit_no = p_commit_no, head_seq = p_head, last_at = p_last_at,
    count_episodic = p_episodic, count_semantic = p_semantic, count_belief = p_belief, count_vectors = p_vectors,
    horizon = p_horizon, brought_dimension = p_dimension, active_space = p_space, largest_importance = p_largest
  WHERE n.id = p_id;

  IF p_set_settings AND p_settings IS NOT NULL THEN
    INSERT INTO soma.grain_state AS s (service_id, state_name, grain_n0, grain_n1, grain_key, version, payload)
    VALUES (p_service, p_state_name, 0, 0, p_grain_key, 1, p_settings)
    ON CONFLICT (service_id, state_name, grain_n0, grain_n1, grain_key) DO UPDATE SET
      payload = excluded.payload, version = s.version + 1, modified_at = now();
  ELSIF p_set_settings THEN
    UPDATE soma.grain_state s SET payload = NULL, version = s.version + 1, modified_at = now()
    WHERE s.service_id = p_service AND s.state_name = p_state_name AND s.grain_n0 = 0 AND s.grain_n1 = 0 AND s.grain_key = p_grain_key;
  END IF;

  RETURN QUERY SELECT 0, CASE WHEN old.released IS FALSE THEN old.lease_ms ELSE 0::bigint END;
END
$$;
