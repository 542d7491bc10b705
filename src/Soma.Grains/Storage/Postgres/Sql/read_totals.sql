-- The kept counters of all namespaces together. No locks.
SELECT coalesce(sum(count_episodic), 0)::bigint, coalesce(sum(count_semantic), 0)::bigint,
  coalesce(sum(count_belief), 0)::bigint, coalesce(sum(count_vectors), 0)::bigint
FROM soma.namespaces
WHERE head_seq > 0
