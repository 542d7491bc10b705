-- What is done once for a connection.

-- name: open_writer
-- The writer's connection. FULL: with less, WAL loses acknowledged commits when the machine stops. secure_delete: what a
-- purge or a compaction empties is overwritten, not only unlinked. temp_store: what undoes one of several works is kept in memory, not in a file.
-- wal_autocheckpoint: pages that many commits change (the ends of the tables) are copied into the database once for 32 MB of WAL.
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA secure_delete = ON;
PRAGMA busy_timeout = 5000;
PRAGMA cache_size = -32768;
PRAGMA temp_store = MEMORY;
PRAGMA wal_autocheckpoint = 8192;

-- name: open_reader
-- A reader's connection: sees the last commit and waits for no writer.
PRAGMA query_only = ON;
PRAGMA busy_timeout = 5000;

-- name: empty_log
-- A connection of its own: the write-ahead log goes into the database whole, and is emptied. busy_timeout 0: it waits for nobody.
PRAGMA busy_timeout = 0;
PRAGMA wal_checkpoint(TRUNCATE);
