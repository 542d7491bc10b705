-- Shuts out a commit whose outcome is unknown: waits for its row lock, and makes it stale if it has yet to arrive.
UPDATE soma.namespaces SET epoch = epoch + 1 WHERE id = $1 AND epoch = $2
