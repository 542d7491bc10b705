-- Who owns this namespace now.
SELECT epoch FROM namespaces WHERE id = $1
