-- readable from: 1
-- Returns the number of a row, and pauses for a millisecond at each multiple of a number of rows. A statement that writes many rows at once
-- calls it for each of them: commits, which want the same processors and the same WAL, come in between, and wait for so many rows at most.
-- (Half a millisecond is asked for, because the server rounds up, and a whole one becomes two.)
CREATE FUNCTION soma.paced(place bigint, rows bigint)
RETURNS bigint
LANGUAGE sql
VOLATILE
AS $$ SELECT place + CASE place % rows WHEN 0 THEN length(pg_sleep(0.0005)::text) ELSE 0 END $$;
