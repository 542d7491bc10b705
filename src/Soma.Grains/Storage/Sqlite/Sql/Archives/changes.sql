-- What an incremental backup asks: which namespaces changed since the last one, and which of their rows. The columns of a table's statement
-- are those of ArchiveTables. Parameters of a table: the namespace, the seq, the refined seq, the next end, with compacted, with accesses,
-- with answers.

-- name: list_states
-- Every namespace that was ever written to, with what changes when it does: id, mark and progress of compaction last.
SELECT tenant, name, epoch, commit_no, head_seq, last_at, count_episodic, count_semantic, count_belief, count_vectors, horizon,
  brought_dimension, active_space, largest_importance,
  coalesce((SELECT l.at FROM log l WHERE l.namespace_id = n.id AND l.seq = n.head_seq), 0), id,
  n.commit_no || ':' || n.head_seq || ':' || n.horizon || ':' || coalesce(n.active_space, '') || ':' || coalesce((SELECT group_concat(i.space || '=' || i.refined_seq, ',') FROM (SELECT space, refined_seq FROM index_cursor WHERE namespace_id = n.id ORDER BY space) i), ''),
  n.compacted_seq || ':' || n.compacted_end || ':' || n.compacted_end_seq
FROM namespaces n
WHERE head_seq > 0
ORDER BY tenant, name

-- name: list_all_settings
-- The settings of all namespaces, written to or not.
SELECT grain_id, payload FROM grain_state
WHERE service_id = $1 AND state_name = $2 AND payload IS NOT NULL

-- name: read_marks
-- What is known of the rows up to a seq, and of what follows. 'purged' is the reason that a purge leaves in the log.
SELECT (SELECT l.at FROM log l WHERE l.namespace_id = $1 AND l.seq = $2),
  EXISTS (SELECT 1 FROM log l WHERE l.namespace_id = $1 AND l.seq > $2 AND l.op = 1 AND l.metadata = x'707572676564'),
  (SELECT coalesce(sum(m.access_count * (m.created_seq % 1000003 + 1)), 0) FROM memories m WHERE m.namespace_id = $1),
  (SELECT min(m.expires_at) FROM memories m WHERE m.namespace_id = $1 AND m.alive),
  (SELECT coalesce(min(i.refined_seq), 0) FROM index_cursor i WHERE i.namespace_id = $1),
  (SELECT coalesce(group_concat(i.space, ','), '') FROM (SELECT space FROM index_cursor WHERE namespace_id = $1 ORDER BY space) i),
  (SELECT count(*) || ':' || coalesce(sum(r.expires_at % 1000000007), 0) FROM receipts r WHERE r.namespace_id = $1 AND r.seq = $2),
  (SELECT count(*) || ':' || coalesce(sum(r.expires_at % 1000000007), 0) FROM receipts r WHERE r.namespace_id = $1 AND r.seq = (SELECT n.head_seq FROM namespaces n WHERE n.id = $1))

-- name: count_compacted
-- Rows up to a seq whose content was dropped by compaction: an empty text tells them from purged ones.
SELECT count(*) FROM log WHERE namespace_id = $1 AND seq <= $2 AND op = 0 AND payload IS NULL AND text IS NOT NULL

-- name: changed_log
-- New versions, and before them those that compaction emptied.
SELECT seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance, link_to,
  link_type, strength, metadata, created_at, at, expires_at, written_by
FROM (
  SELECT c.* FROM log c
  WHERE $5 AND c.namespace_id = $1 AND c.seq <= $2 AND c.op = 0 AND c.payload IS NULL AND c.text IS NOT NULL
  UNION ALL
  SELECT l.* FROM log l WHERE l.namespace_id = $1 AND l.seq > $2) r
ORDER BY seq

-- name: changed_memories
-- What was written since; what was read, if anything was; and what was reclaimed because its time was over: a tombstone where the log has
-- a put.
SELECT coord, seq, version, alive, type, importance, has_vector, created_seq, created_at, expires_at, access_count
FROM (
  SELECT w.* FROM memories w WHERE w.namespace_id = $1 AND w.seq > $2
  UNION ALL
  SELECT a.* FROM memories a WHERE $6 AND a.namespace_id = $1 AND a.seq <= $2 AND a.access_count > 0
  UNION ALL
  SELECT s.* FROM memories s
  JOIN log l ON l.namespace_id = $1 AND l.seq = s.seq AND l.op = 0 AND l.expires_at >= $4
  WHERE $4 IS NOT NULL AND s.namespace_id = $1 AND s.seq <= $2 AND NOT s.alive) r
ORDER BY coord

-- name: changed_links
-- Links written since. Which ones went, the log says.
SELECT from_coord, to_coord, link_type, strength, metadata, seq
FROM links WHERE namespace_id = $1 AND seq > $2 ORDER BY from_coord, to_coord, link_type

-- name: changed_receipts
-- Answers kept since: an answer carries the seq that it wrote, or the head that it saw. So those of the seq itself are read too, unless they
-- are the ones that were there.
SELECT key, request_hash, status, body, seq, etag, expires_at
FROM receipts WHERE namespace_id = $1 AND (seq > $2 OR ($7 AND seq = $2) OR status = 0) ORDER BY key

-- name: changed_embeddings
-- Vectors behind the seq up to which all are there.
SELECT seq, space, part, vector
FROM embeddings WHERE namespace_id = $1 AND seq > $3 ORDER BY seq, space, part

-- name: changed_index_cursor
-- How far each space's vectors go without a gap, all of a namespace.
SELECT space, log_seq, refined_seq
FROM index_cursor WHERE namespace_id = $1 ORDER BY space
