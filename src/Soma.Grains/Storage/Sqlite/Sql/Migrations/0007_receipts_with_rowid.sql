-- readable from: 1
-- Kept answers in a table of its own order, with an index by key. Ordered by key, as before, each step of a search by key read a whole kept answer to
-- compare it, e.g. the 70 KB of a batch of 500, and each commit searches. body is the last column, so that no other is read past it.
CREATE TABLE receipts_with_rowid (
  namespace_id INTEGER NOT NULL,
  key BLOB NOT NULL,
  request_hash BLOB NOT NULL,
  status INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  etag INTEGER,
  expires_at INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (namespace_id, key)
) STRICT;

INSERT INTO receipts_with_rowid (namespace_id, key, request_hash, status, seq, etag, expires_at, body)
SELECT namespace_id, key, request_hash, status, seq, etag, expires_at, body FROM receipts;

DROP TABLE receipts;

ALTER TABLE receipts_with_rowid RENAME TO receipts;

CREATE INDEX receipts_by_expiry ON receipts (namespace_id, expires_at);
