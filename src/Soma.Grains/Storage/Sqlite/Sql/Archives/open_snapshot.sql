-- A connection that only reads, beside whoever has the folder.
PRAGMA busy_timeout = 5000;
