-- Lets go of a namespace that is still the caller's.
UPDATE namespaces SET released = 1 WHERE id = $1 AND epoch = $2
