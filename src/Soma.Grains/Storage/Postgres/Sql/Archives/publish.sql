-- Gives a name to the namespace that was built for it; see the function for protocol and locks.
SELECT status, lease_ms FROM soma.publish_namespace(
  $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
