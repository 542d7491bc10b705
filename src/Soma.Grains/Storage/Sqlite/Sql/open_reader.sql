-- A reader's connection: sees the last commit and waits for no writer.
PRAGMA query_only = ON;
PRAGMA busy_timeout = 5000;
