-- What carries whole namespaces away: a snapshot's rows, and the list of what there is. The columns of a table's statement are those of ArchiveTables.

-- name: open_snapshot
-- A connection that only reads, beside whoever has the folder.
PRAGMA busy_timeout = 5000;

-- name: list_namespaces
-- Every namespace that was ever written to; one that is being built or was replaced has head 0.
SELECT tenant, name, epoch, commit_no, head_seq, last_at, count_episodic, count_semantic, count_belief, count_vectors, horizon,
  brought_dimension, active_space, largest_importance,
  coalesce((SELECT l.at FROM log l WHERE l.namespace_id = n.id AND l.seq = n.head_seq), 0)
FROM namespaces n
WHERE head_seq > 0
ORDER BY tenant, name

-- name: list_settings
-- The grain ids of namespaces that have settings, written to or not.
SELECT grain_id FROM grain_state
WHERE service_id = $1 AND state_name = $2 AND payload IS NOT NULL
ORDER BY grain_id

-- name: read_namespace
-- The row of a namespace, with its id last.
SELECT tenant, name, epoch, commit_no, head_seq, last_at, count_episodic, count_semantic, count_belief, count_vectors, horizon,
  brought_dimension, active_space, largest_importance,
  coalesce((SELECT l.at FROM log l WHERE l.namespace_id = n.id AND l.seq = n.head_seq), 0), id
FROM namespaces n
WHERE tenant = $1 AND name = $2 AND head_seq > 0

-- name: read_settings
-- The settings of a namespace as grain storage keeps them.
SELECT payload FROM grain_state WHERE service_id = $1 AND state_name = $2 AND grain_id = $3 AND payload IS NOT NULL

-- name: read_log
-- Every version, all of a namespace, in the order of the key.
SELECT seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance, link_to,
  link_type, strength, metadata, created_at, at, expires_at, written_by
FROM log WHERE namespace_id = $1 ORDER BY seq

-- name: read_memories
-- What each coordinate holds, all of a namespace, in the order of the key.
SELECT coord, seq, version, alive, type, importance, has_vector, created_seq, created_at, expires_at, access_count
FROM memories WHERE namespace_id = $1 ORDER BY coord

-- name: read_links
-- The links, all of a namespace, in the order of the key.
SELECT from_coord, to_coord, link_type, strength, metadata, seq
FROM links WHERE namespace_id = $1 ORDER BY from_coord, to_coord, link_type

-- name: read_receipts
-- Kept answers, all of a namespace, in the order of the key.
SELECT key, request_hash, status, body, seq, etag, expires_at
FROM receipts WHERE namespace_id = $1 ORDER BY key

-- name: read_embeddings
-- Vectors that models made, all of a namespace, in the order of the key.
SELECT seq, space, part, vector
FROM embeddings WHERE namespace_id = $1 ORDER BY seq, space, part

-- name: read_index_cursor
-- How far each space's vectors go without a gap, all of a namespace, in the order of the key.
SELECT space, log_seq, refined_seq
FROM index_cursor WHERE namespace_id = $1 ORDER BY space
