-- Lets one silo at a time look at the schema and change it; held to the end of the transaction.
SELECT pg_advisory_xact_lock($1)
