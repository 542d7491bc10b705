-- Takes ownership. In the writer's transaction, so no commit is in flight.
UPDATE namespaces SET epoch = epoch + 1, released = 0, lease_ms = $2 WHERE id = $1
