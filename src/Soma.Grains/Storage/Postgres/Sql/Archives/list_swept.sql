-- What is to be deleted, left by an earlier sweep too. No locks.
SELECT id FROM soma.namespaces WHERE tenant = '~swept' ORDER BY id
