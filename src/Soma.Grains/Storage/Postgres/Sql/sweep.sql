-- One set of a sweep in one statement and so in one transaction of its own; see the function for the locks.
SELECT memories, receipts FROM soma.sweep_namespace($1, $2, $3, $4, $5)
