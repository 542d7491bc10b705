-- readable from: 1
-- The canonical store, table by table as on Postgres. Times are Unix microseconds, vectors little-endian float32. Text that
-- a client chose is a blob (UTF-8), so that every character compares and comes back as it was sent.
-- STRICT, because SQLite would otherwise keep a value of another type than its column's without a word.

-- AUTOINCREMENT: an id is never used again after its namespace is deleted.
CREATE TABLE namespaces (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  epoch INTEGER NOT NULL DEFAULT 0,
  released INTEGER NOT NULL DEFAULT 1,
  lease_ms INTEGER NOT NULL DEFAULT 0,
  commit_no INTEGER NOT NULL DEFAULT 0,
  head_seq INTEGER NOT NULL DEFAULT 0,
  last_at INTEGER NOT NULL DEFAULT 0,
  count_episodic INTEGER NOT NULL DEFAULT 0,
  count_semantic INTEGER NOT NULL DEFAULT 0,
  count_belief INTEGER NOT NULL DEFAULT 0,
  count_vectors INTEGER NOT NULL DEFAULT 0,
  horizon INTEGER NOT NULL DEFAULT 0,
  brought_dimension INTEGER,
  active_space TEXT,
  largest_importance REAL,
  UNIQUE (tenant, name)
) STRICT;

CREATE TABLE log (
  namespace_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  op INTEGER NOT NULL,
  coord TEXT NOT NULL,
  version INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  created_seq INTEGER NOT NULL,
  type INTEGER NOT NULL,
  payload BLOB,
  text BLOB,
  has_text INTEGER NOT NULL,
  brought_vector BLOB,
  importance REAL NOT NULL,
  link_to TEXT,
  link_type BLOB,
  strength REAL NOT NULL,
  metadata BLOB,
  created_at INTEGER NOT NULL,
  at INTEGER NOT NULL,
  expires_at INTEGER,
  PRIMARY KEY (namespace_id, seq)
) STRICT;

CREATE INDEX log_by_coord ON log (namespace_id, coord, seq);

CREATE TABLE memories (
  namespace_id INTEGER NOT NULL,
  coord TEXT NOT NULL,
  seq INTEGER NOT NULL,
  version INTEGER NOT NULL,
  alive INTEGER NOT NULL,
  type INTEGER NOT NULL,
  importance REAL NOT NULL,
  has_vector INTEGER NOT NULL,
  created_seq INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  access_count INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (namespace_id, coord)
) STRICT, WITHOUT ROWID;

CREATE INDEX memories_by_seq ON memories (namespace_id, seq) WHERE alive;

CREATE INDEX memories_by_expiry ON memories (expires_at) WHERE alive AND expires_at IS NOT NULL;

CREATE TABLE links (
  namespace_id INTEGER NOT NULL,
  from_coord TEXT NOT NULL,
  to_coord TEXT NOT NULL,
  link_type BLOB NOT NULL,
  strength REAL NOT NULL,
  metadata BLOB,
  seq INTEGER NOT NULL,
  PRIMARY KEY (namespace_id, from_coord, to_coord, link_type)
) STRICT, WITHOUT ROWID;

CREATE INDEX links_incoming ON links (namespace_id, to_coord);

CREATE TABLE embeddings (
  namespace_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  space TEXT NOT NULL,
  part INTEGER NOT NULL,
  vector BLOB,
  PRIMARY KEY (namespace_id, seq, space, part)
) STRICT;

CREATE TABLE receipts (
  namespace_id INTEGER NOT NULL,
  key BLOB NOT NULL,
  request_hash BLOB NOT NULL,
  status INTEGER NOT NULL,
  body BLOB NOT NULL,
  seq INTEGER NOT NULL,
  etag INTEGER,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (namespace_id, key)
) STRICT, WITHOUT ROWID;

-- Which receipts' time is over: commits let them go, oldest first.
CREATE INDEX receipts_by_expiry ON receipts (namespace_id, expires_at);

CREATE TABLE index_cursor (
  namespace_id INTEGER NOT NULL,
  space TEXT NOT NULL,
  log_seq INTEGER NOT NULL DEFAULT 0,
  refined_seq INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (namespace_id, space)
) STRICT, WITHOUT ROWID;

-- The row that a health check writes.
CREATE TABLE probe (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  written INTEGER NOT NULL
) STRICT;

-- Settings kept for Orleans grain storage. The version is the ETag.
CREATE TABLE grain_state (
  service_id TEXT NOT NULL,
  state_name TEXT NOT NULL,
  grain_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  payload BLOB,
  PRIMARY KEY (service_id, state_name, grain_id)
) STRICT, WITHOUT ROWID;
