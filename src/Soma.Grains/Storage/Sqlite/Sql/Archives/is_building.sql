-- Whether what was built is still there.
SELECT 1 FROM namespaces WHERE id = $1 AND tenant = '~building'
