-- Vectors of versions that are still current, while their space is wanted: its cursor is there and is moved on. One row
-- lock, of the cursor; two writers of one version leave the first one's row.
WITH wanted AS (
  UPDATE soma.index_cursor c SET refined_seq = greatest(c.refined_seq, $6)
  WHERE c.namespace_id = $1 AND c.space = $5
  RETURNING 1)
INSERT INTO soma.embeddings (namespace_id, seq, space, part, vector)
SELECT $1, new.seq, $2, 0, new.vector
FROM wanted, unnest($3::bigint[], $4::bytea[]) AS new(seq, vector)
WHERE EXISTS (SELECT 1 FROM soma.memories m WHERE m.namespace_id = $1 AND m.seq = new.seq AND m.alive)
ON CONFLICT DO NOTHING
