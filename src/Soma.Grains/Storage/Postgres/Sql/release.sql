-- Lets go of a namespace that is still the caller's.
UPDATE soma.namespaces SET released = true WHERE id = $1 AND epoch = $2
