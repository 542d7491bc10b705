-- Versions that do not follow on: a put is one more than the row before it at its coordinate, a delete the same. No locks.
SELECT count(*) FROM (
  SELECT op, version, lag(version, 1, 0::bigint) OVER (PARTITION BY coord ORDER BY seq) AS before
  FROM soma.log
  WHERE namespace_id = $1 AND op IN (0, 1)) v
WHERE v.version <> v.before + CASE v.op WHEN 0 THEN 1 ELSE 0 END
