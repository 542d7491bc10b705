-- Moves a space's cursor on, never back; changes no row where the space is not wanted any more.
UPDATE index_cursor SET refined_seq = max(refined_seq, $3) WHERE namespace_id = $1 AND space = $2
