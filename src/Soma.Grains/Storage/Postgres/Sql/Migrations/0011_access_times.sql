-- readable from: 1
-- When a memory was last read, in namespaces whose importance fades; 0: not known. A column with a constant default rewrites no row.
ALTER TABLE soma.memories ADD COLUMN accessed_at bigint NOT NULL DEFAULT 0;

-- Writes the times of the last reads, within the statement of a commit, which holds the namespace's row. A function and not a
-- subquery, because a subquery would not see the memories that the commit has just stored. Builds that know no such times do not call it.
CREATE FUNCTION soma.touch_memories(p_namespace bigint, t_coord text[], t_at bigint[]) RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off
SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  FOR i IN 1 .. cardinality(t_coord) LOOP
    UPDATE soma.memories m SET accessed_at = greatest(m.accessed_at, t_at[i])
    WHERE m.namespace_id = p_namespace AND m.coord = t_coord[i] AND m.alive;
  END LOOP;
  RETURN true;
END
$$;
