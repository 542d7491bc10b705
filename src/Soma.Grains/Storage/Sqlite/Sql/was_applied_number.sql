-- A batch that leaves neither rows nor receipts: applied if the number moved on while only the sender held the namespace.
SELECT 1 FROM namespaces WHERE id = $1 AND epoch = $2 + 1 AND commit_no = $3 + 1
