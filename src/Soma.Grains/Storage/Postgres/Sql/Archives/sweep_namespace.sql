-- The row itself, last: as long as it is there the next sweep finds what is left. Its id is never used again.
DELETE FROM soma.namespaces WHERE id = $1
