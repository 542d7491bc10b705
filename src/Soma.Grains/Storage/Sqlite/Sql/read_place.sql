-- Where a coordinate stood in lists at a moment: its newest stored version up to that seq.
-- The index is named: without statistics the planner takes the primary key, and walks the whole namespace.
SELECT coord, seq, importance FROM log INDEXED BY log_by_coord
WHERE namespace_id = $1 AND coord = $2 AND seq <= $3 AND op = 0
ORDER BY seq DESC LIMIT 1
