-- readable from: 1
-- The gateway's operation that wrote a row, which leaves no receipt then; and what keeps a build that looks for receipts only from
-- applying such an operation again. Adding columns rewrites no row, so this takes as long for a large log as for an empty one.
--
-- Locking: commits of builds that are running lock namespaces before log. In that order this waits for them and is not waited for in turn.
-- Whoever comes after a waiting lock waits too, so this waits for a second only, and gives way to them before it tries again: a backup
-- that reads these tables for minutes would otherwise stop all writes for as long.
DO $$
BEGIN
  FOR attempt IN 1 .. 150 LOOP
    BEGIN
      PERFORM set_config('lock_timeout', '1s', true);
      LOCK TABLE soma.namespaces, soma.log IN ACCESS EXCLUSIVE MODE;
      RETURN;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(2);
    END;
  END LOOP;
END
$$;

-- Bytes 1–16: the operation's id; 17–48: the request's hash; the rest: the embedding source of the answer.
ALTER TABLE soma.log ADD COLUMN operation bytea;

-- The epoch that an owner took which writes and reads operations. Where it is not the epoch, the owner is a build that does not.
ALTER TABLE soma.namespaces ADD COLUMN operations_epoch bigint NOT NULL DEFAULT 0;

-- The receipts that an older build would have left for the operations of the log's last eleven minutes: it keeps a gateway's receipt for
-- ten, and a silo may get a retry a minute after it was sent. Of the time between two rows a second counts at most, so that a clock that was
-- set ahead hides nothing. The row of the namespace is locked, so no commit is in flight.
CREATE FUNCTION soma.leave_receipts() RETURNS trigger
LANGUAGE plpgsql
SET enable_seqscan = off
SET enable_bitmapscan = off
AS $$
DECLARE
  made record;
  oldest bigint := NEW.head_seq + 1;
  later bigint := NEW.last_at;
  passed bigint := 0;
BEGIN
  FOR made IN SELECT l.seq, l.at FROM soma.log l WHERE l.namespace_id = NEW.id ORDER BY l.seq DESC LOOP
    passed := passed + least(later - made.at, 1000000);
    EXIT WHEN passed > 660000000;
    later := made.at;
    oldest := made.seq;
  END LOOP;

  INSERT INTO soma.receipts (namespace_id, key, request_hash, status, body, seq, etag, expires_at)
  SELECT
    NEW.id, convert_to('g:' || encode(substring(l.operation FROM 1 FOR 16), 'hex'), 'UTF8'), substring(l.operation FROM 17 FOR 32), 200,
    convert_to(format(
      '{"coord":%s,"memory_type":"%s","ok":true,"seq":%s,"version":%s,"embedding_source":%s}', to_json(l.coord),
      (ARRAY['episodic', 'semantic', 'belief'])[l.type + 1], l.seq, l.version,
      to_json(convert_from(substring(l.operation FROM 49), 'UTF8'))), 'UTF8'),
    l.seq, l.seq, greatest(NEW.last_at, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint) + 600000000
  FROM soma.log l
  WHERE l.namespace_id = NEW.id AND l.seq >= oldest AND l.operation IS NOT NULL
  ON CONFLICT (namespace_id, key) DO NOTHING;
  RETURN NEW;
END
$$;

-- Only statements that set the epoch run this, so no commit does.
CREATE TRIGGER leave_receipts BEFORE UPDATE OF epoch ON soma.namespaces
FOR EACH ROW WHEN (NEW.epoch <> OLD.epoch AND NEW.operations_epoch > 0 AND NEW.operations_epoch <> NEW.epoch)
EXECUTE FUNCTION soma.leave_receipts();
