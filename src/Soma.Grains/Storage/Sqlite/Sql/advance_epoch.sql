-- Shuts out a commit whose outcome is unknown.
UPDATE namespaces SET epoch = epoch + 1 WHERE id = $1 AND epoch = $2
