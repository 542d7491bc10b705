-- readable from: 1
-- What compaction needs, as on Postgres: how far it has come in each namespace, from which moment on the past is whole, and an index by
-- which it finds versions that end by their own time. Adding columns rewrites no row; the index is built by one walk over the log.

-- horizon (of 0001): the first seq whose state is whole. horizon_at: a moment from which on it is whole too, whatever its seq.
ALTER TABLE namespaces ADD COLUMN horizon_at INTEGER NOT NULL DEFAULT 0;

-- Every row of the log up to here was looked at; and every version that ends by then.
ALTER TABLE namespaces ADD COLUMN compacted_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE namespaces ADD COLUMN compacted_end INTEGER NOT NULL DEFAULT 0;
ALTER TABLE namespaces ADD COLUMN compacted_end_seq INTEGER NOT NULL DEFAULT 0;

CREATE INDEX log_by_end ON log (namespace_id, expires_at, seq) WHERE op = 0 AND expires_at IS NOT NULL AND payload IS NOT NULL;

-- Of a namespace that was made as a fork: under which key, as a hash, and what was answered.
ALTER TABLE namespaces ADD COLUMN fork_key BLOB;
ALTER TABLE namespaces ADD COLUMN fork_answer BLOB;

CREATE INDEX namespaces_by_fork ON namespaces (fork_key) WHERE fork_key IS NOT NULL;
