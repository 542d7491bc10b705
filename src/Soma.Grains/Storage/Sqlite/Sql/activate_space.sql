-- The space that searches go by, said by the owner only.
UPDATE namespaces SET active_space = $3 WHERE id = $1 AND epoch = $2
