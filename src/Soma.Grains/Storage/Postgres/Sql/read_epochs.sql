-- Who owns these namespaces now: one look-up each, no locks.
SELECT id, epoch FROM soma.namespaces WHERE id = ANY ($1)
