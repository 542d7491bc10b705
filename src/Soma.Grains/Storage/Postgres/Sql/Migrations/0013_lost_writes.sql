-- readable from: 1
-- Acknowledged writes that a server lacks: found by a process that knew of them. While a row is not accepted, no silo serves anything.
CREATE TABLE soma.lost_writes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  server text NOT NULL,
  tenant text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  known_seq bigint NOT NULL,
  stored_seq bigint NOT NULL,
  found_at timestamptz NOT NULL DEFAULT now(),
  accepted_at timestamptz
);

CREATE UNIQUE INDEX lost_writes_open ON soma.lost_writes (tenant, name) WHERE accepted_at IS NULL;

-- Accepts what is lost, so that every namespace goes on from what the store holds, and returns it.
--
-- The upper bits of an epoch count the losses that were accepted (Storage/EpochGeneration.cs). Raising them in every namespace shuts out
-- each owner that knew of the lost part, in the same transaction in which the silos learn that they may go on. The first writes of a
-- namespace wait for this transaction, and so does its next owner.
CREATE FUNCTION soma.accept_losses()
RETURNS TABLE (tenant text, name text, known_seq bigint, stored_seq bigint)
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY UPDATE soma.lost_writes l SET accepted_at = now() WHERE l.accepted_at IS NULL
  RETURNING l.tenant, l.name, l.known_seq, l.stored_seq;
  IF FOUND THEN
    UPDATE soma.namespaces n SET epoch = ((n.epoch >> 40) + 1) << 40, operations_epoch = ((n.epoch >> 40) + 1) << 40;
  END IF;
END
$$;
