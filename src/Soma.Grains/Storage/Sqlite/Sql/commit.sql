-- The steps of a commit, in their order, within one transaction.

-- name: fence
-- The fence: no row, and nothing of the batch is done. The writer's transaction keeps every other writer out.
SELECT 1 FROM namespaces WHERE id = $1 AND epoch = $2 AND commit_no = $3 AND head_seq = $4

-- name: find_clash
-- Whether a live receipt with another content lies under this key; status 0 is progress and may be written over.
SELECT 1 FROM receipts
WHERE namespace_id = $1 AND key = $2 AND status <> 0 AND expires_at > $3
  AND NOT (request_hash = $4 AND status = $5 AND body = $6 AND seq = $7 AND etag IS $8)

-- name: find_retried
-- Whether any operation of a gateway left a receipt here: a retry did, or an older version. Keys of gateways begin with g: (67 3A).
-- It does not ask whether the receipt lives: after an upgrade it would look at all that the older version left.
SELECT 1 FROM receipts WHERE namespace_id = $1 AND key >= x'673A' AND key < x'673B' LIMIT 1

-- name: find_retry
-- Whether the retry of this operation was applied before it, and left a receipt.
SELECT 1 FROM receipts WHERE namespace_id = $1 AND key = $2 AND expires_at > $3

-- name: insert_log
-- One version of the log.
INSERT INTO log (
  namespace_id, seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector,
  importance, link_to, link_type, strength, metadata, created_at, at, expires_at, written_by, operation)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)

-- name: read_counted
-- What a row that is about to be replaced counts for; a tombstone counts for nothing.
SELECT type, has_vector FROM memories WHERE namespace_id = $1 AND coord = $2 AND alive

-- name: put_memory
-- What a coordinate holds now. The same created_seq means the same memory, which keeps its count of accesses: a tombstone,
-- an expired memory or a delete inside the batch gives its successor another one.
INSERT INTO memories AS old (
  namespace_id, coord, seq, version, alive, type, importance, has_vector, created_seq, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (namespace_id, coord) DO UPDATE SET
  seq = excluded.seq, version = excluded.version, alive = excluded.alive, type = excluded.type,
  importance = excluded.importance, has_vector = excluded.has_vector, created_seq = excluded.created_seq,
  created_at = excluded.created_at, expires_at = excluded.expires_at,
  access_count = CASE
    WHEN old.alive AND excluded.alive AND old.created_seq = excluded.created_seq THEN old.access_count ELSE 0 END

-- name: remove_links_outgoing
-- A deleted memory's links, by rule: those older than the delete.
DELETE FROM links WHERE namespace_id = $1 AND from_coord = $2 AND seq < $3

-- name: remove_links_incoming
-- A deleted memory's links, by rule: those older than the delete.
-- The index is named: without statistics the planner takes the primary key, and walks the whole namespace.
DELETE FROM links INDEXED BY links_incoming WHERE namespace_id = $1 AND to_coord = $2 AND seq < $3

-- name: delete_link
-- A link removed by name.
DELETE FROM links WHERE namespace_id = $1 AND from_coord = $2 AND to_coord = $3 AND link_type = $4

-- name: put_link
-- A link as the batch leaves it.
INSERT INTO links (namespace_id, from_coord, to_coord, link_type, strength, metadata, seq)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (namespace_id, from_coord, to_coord, link_type) DO UPDATE SET
  strength = excluded.strength, metadata = excluded.metadata, seq = excluded.seq

-- name: put_receipt
-- A kept answer; what lies under the key is over, progress, or the same.
INSERT INTO receipts (namespace_id, key, request_hash, status, body, seq, etag, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (namespace_id, key) DO UPDATE SET
  request_hash = excluded.request_hash, status = excluded.status, body = excluded.body, seq = excluded.seq,
  etag = excluded.etag, expires_at = excluded.expires_at

-- name: delete_expired_receipts
-- Lets go of receipts whose time is over, oldest first, within the commit that holds the database's write lock.
DELETE FROM receipts WHERE rowid IN (
  SELECT rowid FROM receipts WHERE namespace_id = $1 AND expires_at <= $2 ORDER BY expires_at LIMIT $3)

-- name: purge_embeddings
-- The model-made vectors of the versions that purge_log is about to empty.
DELETE FROM embeddings WHERE namespace_id = $1 AND seq IN (
  SELECT l.seq FROM log l
  WHERE l.namespace_id = $1 AND l.coord = $2 AND l.op = 0 AND l.seq IS NOT (
    SELECT m.seq FROM memories m
    WHERE m.namespace_id = $1 AND m.coord = $2 AND m.alive AND (m.expires_at IS NULL OR m.expires_at > $3)))

-- name: purge_log
-- Empties every version of a coordinate but the one that is alive after this batch: a put that follows a purge must not
-- lose its payload with it.
UPDATE log SET payload = NULL, text = NULL, brought_vector = NULL, has_text = 0
WHERE namespace_id = $1 AND coord = $2 AND op = 0 AND seq IS NOT (
  SELECT m.seq FROM memories m
  WHERE m.namespace_id = $1 AND m.coord = $2 AND m.alive AND (m.expires_at IS NULL OR m.expires_at > $3))

-- name: add_accesses
-- GETs counted since the last commit.
UPDATE memories SET access_count = access_count + $3 WHERE namespace_id = $1 AND coord = $2 AND alive

-- name: advance_namespace
-- The end of a commit: its number, the new head and the differences of the counters.
UPDATE namespaces SET
  commit_no = commit_no + 1, head_seq = head_seq + $2, last_at = max(last_at, $3),
  count_episodic = count_episodic + $4, count_semantic = count_semantic + $5, count_belief = count_belief + $6,
  count_vectors = count_vectors + $7,
  brought_dimension = coalesce($8, brought_dimension),
  largest_importance = max(coalesce(largest_importance, $9), coalesce($9, largest_importance))
WHERE id = $1
RETURNING count_episodic + count_semantic + count_belief
