-- The kept counters of every namespace that was ever written: one row per namespace, no memory is counted. No locks.
SELECT tenant, name, count_episodic, count_semantic, count_belief, count_vectors
FROM soma.namespaces
WHERE head_seq > 0
ORDER BY tenant, name
