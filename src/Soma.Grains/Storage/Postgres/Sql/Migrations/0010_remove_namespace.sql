-- readable from: 1
-- Deletes a namespace whole: takes its name and its epoch away, and its settings. A function, so that the row is never held while the
-- server waits for the client. The rows are deleted later, by the silos' sweeps.
--
-- Locking: the namespace's row, as every commit and every new owner does. A commit in flight is waited for; one that waits behind this
-- finds another epoch and is refused. released and lease_ms stay as they are: they say how long the old owner may still answer reads.
--
-- Returns status 0 deleted, 1 deleted before and rows are left, 2 nothing of this id has this name; and what the owner had.
CREATE FUNCTION soma.remove_namespace(
  p_id bigint, p_tenant text, p_name text, p_service text, p_state_name text, p_grain_key text)
RETURNS TABLE (status integer, epoch bigint, released boolean, lease_ms bigint)
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
  old soma.namespaces;
BEGIN
  SELECT n.* INTO old FROM soma.namespaces n WHERE n.id = p_id FOR UPDATE;
  IF old.tenant IN ('~replaced', '~swept') THEN
    RETURN QUERY SELECT 1, 0::bigint, old.released, old.lease_ms;
    RETURN;
  END IF;

  IF old.id IS NULL OR old.tenant <> p_tenant OR old.name <> p_name THEN
    RETURN QUERY SELECT 2, 0::bigint, true, 0::bigint;
    RETURN;
  END IF;

  UPDATE soma.namespaces n SET
    tenant = '~replaced', name = n.id::text, epoch = n.epoch + 1, head_seq = 0, count_episodic = 0, count_semantic = 0, count_belief = 0,
    count_vectors = 0
  WHERE n.id = p_id;

  UPDATE soma.grain_state s SET payload = NULL, version = s.version + 1, modified_at = now()
  WHERE s.service_id = p_service AND s.state_name = p_state_name AND s.grain_n0 = 0 AND s.grain_n1 = 0 AND s.grain_key = p_grain_key;

  RETURN QUERY SELECT 0, old.epoch, old.released, old.lease_ms;
END
$$;
