-- The kept counters of every namespace that was ever written.
SELECT tenant, name, count_episodic, count_semantic, count_belief, count_vectors
FROM namespaces WHERE head_seq > 0 ORDER BY tenant, name
