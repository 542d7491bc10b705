-- Whether the first row of a batch lies in the log under the epoch it was sent with.
SELECT EXISTS (SELECT 1 FROM soma.log WHERE namespace_id = $1 AND seq = $2 AND epoch = $3)
