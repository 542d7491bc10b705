-- Who has a name now. In the writer's transaction, so no commit is in flight.
SELECT id, epoch, head_seq FROM namespaces WHERE tenant = $1 AND name = $2
