-- readable from: 1
-- The canonical store. Times are Unix microseconds, vectors little-endian float32. Text that a client chose is bytea
-- (UTF-8), because text cannot hold the NUL that JSON can. Runs in one transaction under the schema's advisory lock.

-- One row per namespace: its owner's fence, its head and its counters. Every commit rewrites it, hence the free space.
CREATE TABLE soma.namespaces (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  epoch bigint NOT NULL DEFAULT 0,
  released boolean NOT NULL DEFAULT true,
  lease_ms bigint NOT NULL DEFAULT 0,
  commit_no bigint NOT NULL DEFAULT 0,
  head_seq bigint NOT NULL DEFAULT 0,
  last_at bigint NOT NULL DEFAULT 0,
  count_episodic bigint NOT NULL DEFAULT 0,
  count_semantic bigint NOT NULL DEFAULT 0,
  count_belief bigint NOT NULL DEFAULT 0,
  count_vectors bigint NOT NULL DEFAULT 0,
  horizon bigint NOT NULL DEFAULT 0,
  brought_dimension integer,
  active_space text,
  largest_importance double precision,
  UNIQUE (tenant, name)
) WITH (fillfactor = 50);

-- Every version once, in order: op 0 put, 1 delete, 2 link, 3 unlink. A put whose payload is null was purged or compacted.
CREATE TABLE soma.log (
  namespace_id bigint NOT NULL,
  seq bigint NOT NULL,
  op smallint NOT NULL,
  coord text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  epoch bigint NOT NULL,
  created_seq bigint NOT NULL,
  type smallint NOT NULL,
  payload bytea,
  text bytea,
  has_text boolean NOT NULL,
  brought_vector bytea,
  importance double precision NOT NULL,
  link_to text COLLATE "C",
  link_type bytea,
  strength double precision NOT NULL,
  metadata bytea,
  created_at bigint NOT NULL,
  at bigint NOT NULL,
  expires_at bigint,
  PRIMARY KEY (namespace_id, seq)
);

-- The versions of one memory: its history, and what a purge must reach.
CREATE INDEX log_by_coord ON soma.log (namespace_id, coord, seq);

-- What each coordinate holds now; a tombstone (not alive) keeps the version. Content lies in the log row of the seq.
CREATE TABLE soma.memories (
  namespace_id bigint NOT NULL,
  coord text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  version bigint NOT NULL,
  alive boolean NOT NULL,
  type smallint NOT NULL,
  importance double precision NOT NULL,
  has_vector boolean NOT NULL,
  created_seq bigint NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint,
  access_count bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (namespace_id, coord)
) WITH (fillfactor = 80);

-- Newest first, as an index is loaded; partial, so that a namespace of many tombstones loads no slower.
CREATE INDEX memories_by_seq ON soma.memories (namespace_id, seq) WHERE alive;

CREATE INDEX memories_by_expiry ON soma.memories (expires_at) WHERE alive AND expires_at IS NOT NULL;

CREATE TABLE soma.links (
  namespace_id bigint NOT NULL,
  from_coord text COLLATE "C" NOT NULL,
  to_coord text COLLATE "C" NOT NULL,
  link_type bytea NOT NULL,
  strength double precision NOT NULL,
  metadata bytea,
  seq bigint NOT NULL,
  PRIMARY KEY (namespace_id, from_coord, to_coord, link_type)
);

-- The whole key again, so that whichever index the planner takes for one link leads to that link and not to all of a hub's.
CREATE INDEX links_incoming ON soma.links (namespace_id, to_coord, from_coord, link_type);

-- Vectors that a model made: derived, keyed by the version they belong to. A null vector: the model refused the text.
CREATE TABLE soma.embeddings (
  namespace_id bigint NOT NULL,
  seq bigint NOT NULL,
  space text COLLATE "C" NOT NULL,
  part integer NOT NULL,
  vector bytea,
  PRIMARY KEY (namespace_id, seq, space, part)
);

-- Kept answers; status 0 is the progress of a delete by filter.
CREATE TABLE soma.receipts (
  namespace_id bigint NOT NULL,
  key bytea NOT NULL,
  request_hash bytea NOT NULL,
  status integer NOT NULL,
  body bytea NOT NULL,
  seq bigint NOT NULL,
  etag bigint,
  expires_at bigint NOT NULL,
  PRIMARY KEY (namespace_id, key)
);

-- Which receipts' time is over: commits let them go, oldest first.
CREATE INDEX receipts_by_expiry ON soma.receipts (namespace_id, expires_at);

CREATE TABLE soma.index_cursor (
  namespace_id bigint NOT NULL,
  space text COLLATE "C" NOT NULL,
  log_seq bigint NOT NULL DEFAULT 0,
  refined_seq bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (namespace_id, space)
);

-- The row that a health check writes.
CREATE TABLE soma.probe (
  id integer PRIMARY KEY CHECK (id = 1),
  written bigint NOT NULL
);
