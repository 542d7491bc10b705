-- readable from: 1
-- What Microsoft.Orleans.Persistence.AdoNet reads and writes, for settings alone. The provider finds its statements in
-- orleansquery (through the connection's search path) and names the parameters.
--
-- The key is a real primary key and the first write is an INSERT that a second one conflicts with: with a look-up before
-- the insert two activations would both write version 1, and reads would fail ever after.
-- No row in the answer means that the version was not the one expected; the provider then throws its conflict.
CREATE TABLE soma.orleansquery (
  querykey varchar(64) PRIMARY KEY,
  querytext varchar(8000) NOT NULL
);

CREATE TABLE soma.grain_state (
  service_id text COLLATE "C" NOT NULL,
  state_name text COLLATE "C" NOT NULL,
  grain_n0 bigint NOT NULL,
  grain_n1 bigint NOT NULL,
  grain_key text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  payload bytea,
  modified_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (service_id, state_name, grain_n0, grain_n1, grain_key)
);

INSERT INTO soma.orleansquery (querykey, querytext) VALUES
('ReadFromStorageKey', $query$
  SELECT payload AS PayloadBinary, modified_at AS ModifiedOn, version AS Version
  FROM soma.grain_state
  WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_n0 = @GrainIdN0 AND grain_n1 = @GrainIdN1
    AND grain_key = coalesce(@GrainIdExtensionString, '')
$query$),
('WriteToStorageKey', $query$
  WITH updated AS (
    UPDATE soma.grain_state SET payload = @PayloadBinary, version = version + 1, modified_at = now()
    WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_n0 = @GrainIdN0 AND grain_n1 = @GrainIdN1
      AND grain_key = coalesce(@GrainIdExtensionString, '') AND version = @GrainStateVersion
    RETURNING version),
  inserted AS (
    INSERT INTO soma.grain_state (service_id, state_name, grain_n0, grain_n1, grain_key, version, payload)
    SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString, ''), 1, @PayloadBinary
    WHERE @GrainStateVersion IS NULL
    ON CONFLICT DO NOTHING
    RETURNING version)
  SELECT version AS NewGrainStateVersion FROM updated UNION ALL SELECT version FROM inserted
$query$),
('ClearStorageKey', $query$
  UPDATE soma.grain_state SET payload = NULL, version = version + 1, modified_at = now()
  WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_n0 = @GrainIdN0 AND grain_n1 = @GrainIdN1
    AND grain_key = coalesce(@GrainIdExtensionString, '') AND version = @GrainStateVersion
  RETURNING version AS NewGrainStateVersion
$query$),
('DeleteStorageKey', $query$
  DELETE FROM soma.grain_state
  WHERE service_id = @ServiceId AND state_name = @GrainTypeString AND grain_n0 = @GrainIdN0 AND grain_n1 = @GrainIdN1
    AND grain_key = coalesce(@GrainIdExtensionString, '') AND version = @GrainStateVersion
  RETURNING version + 1 AS NewGrainStateVersion
$query$);
