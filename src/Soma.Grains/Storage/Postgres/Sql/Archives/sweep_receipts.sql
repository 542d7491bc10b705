-- The receipts of a namespace that has no name any more: rows that nobody else looks at.
DELETE FROM soma.receipts WHERE namespace_id = $1
