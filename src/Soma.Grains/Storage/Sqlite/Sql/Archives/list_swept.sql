-- What is to be deleted, left by an earlier sweep too.
SELECT id FROM namespaces WHERE tenant = '~swept' ORDER BY id
