-- The commits.

-- name: commit
-- One commit in one statement and so in one transaction of its own; see the function for protocol and locks. Its own record in the
-- write-ahead log comes after the place that is returned here, so a server whose log ends before that place lacks the commit.
SELECT status, clashing, memories, pg_current_wal_insert_lsn() FROM soma.commit_batch(
  $1, $2, $3, $4, $5, $6, $7,
  $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
  $26, $27, $28, $29, $30, $31, $32, $33, $34, $35,
  $36, $37,
  $38, $39, $40,
  $41, $42, $43, $44, $45, $46,
  $47, $48, $49, $50, $51, $52, $53,
  $54,
  $55, $56)

-- name: commit_batches
-- Commits of several namespaces that only store memories, in one statement; see the function. Null: none was applied.
SELECT memories, pg_current_wal_insert_lsn() FROM soma.commit_batches(
  $1, $2, $3, $4, $5, $6, $7,
  $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
  $23, $24, $25) AS memories
