-- What carries whole namespaces away: a snapshot's rows, and the list of what there is. The columns of a table's statement are those of ArchiveTables.

-- name: set_read_only
-- One moment of the database for everything that is read until the transaction ends; waits for nobody and stops nobody.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY

-- name: plan_for_whole
-- Statements that go through a whole namespace: its rows may have come a moment ago, and statistics know nothing of them. Taken
-- for few, they would be looked up one by one for each other.
SET enable_nestloop = off

-- name: list_namespaces
-- Every namespace that was ever written to; one that is being built or was replaced has head 0. No locks.
SELECT tenant, name, epoch, commit_no, head_seq, last_at, count_episodic, count_semantic, count_belief, count_vectors, horizon,
  brought_dimension, active_space, largest_importance,
  coalesce((SELECT l.at FROM soma.log l WHERE l.namespace_id = n.id AND l.seq = n.head_seq), 0)
FROM soma.namespaces n
WHERE head_seq > 0
ORDER BY tenant, name

-- name: list_settings
-- The grain keys of namespaces that have settings, written to or not. No locks.
SELECT grain_key FROM soma.grain_state
WHERE service_id = $1 AND state_name = $2 AND payload IS NOT NULL
ORDER BY grain_key

-- name: read_namespace
-- The row of a namespace, with its id last. No locks.
SELECT tenant, name, epoch, commit_no, head_seq, last_at, count_episodic, count_semantic, count_belief, count_vectors, horizon,
  brought_dimension, active_space, largest_importance,
  coalesce((SELECT l.at FROM soma.log l WHERE l.namespace_id = n.id AND l.seq = n.head_seq), 0), id
FROM soma.namespaces n
WHERE tenant = $1 AND name = $2 AND head_seq > 0

-- name: read_settings
-- The settings of a namespace as grain storage keeps them. No locks.
SELECT payload FROM soma.grain_state
WHERE service_id = $1 AND state_name = $2 AND grain_n0 = 0 AND grain_n1 = 0 AND grain_key = $3 AND payload IS NOT NULL

-- name: read_log
-- Every version, all of a namespace, in the order of the key. No locks.
SELECT seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance, link_to,
  link_type, strength, metadata, created_at, at, expires_at, written_by
FROM soma.log WHERE namespace_id = $1 ORDER BY seq

-- name: read_memories
-- What each coordinate holds, all of a namespace, in the order of the key. No locks.
SELECT coord, seq, version, alive, type, importance, has_vector, created_seq, created_at, expires_at, access_count
FROM soma.memories WHERE namespace_id = $1 ORDER BY coord

-- name: read_links
-- The links, all of a namespace, in the order of the key. No locks.
SELECT from_coord, to_coord, link_type, strength, metadata, seq
FROM soma.links WHERE namespace_id = $1 ORDER BY from_coord, to_coord, link_type

-- name: read_receipts
-- Kept answers, all of a namespace, in the order of the key. No locks.
SELECT key, request_hash, status, body, seq, etag, expires_at
FROM soma.receipts WHERE namespace_id = $1 ORDER BY key

-- name: read_embeddings
-- Vectors that models made, all of a namespace, in the order of the key. No locks.
SELECT seq, space, part, vector
FROM soma.embeddings WHERE namespace_id = $1 ORDER BY seq, space, part

-- name: read_index_cursor
-- How far each space's vectors go without a gap, all of a namespace, in the order of the key. No locks.
SELECT space, log_seq, refined_seq
FROM soma.index_cursor WHERE namespace_id = $1 ORDER BY space
