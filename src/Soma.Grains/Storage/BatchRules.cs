namespace Soma.Grains.Storage;

/// <summary>The rules that every store checks before it sends a batch, so that all stores refuse the same batches.</summary>
internal static class BatchRules
{
    /// <exception cref="ArgumentException">The seqs of the rows do not follow the head. This is a defect of the sender, not bad input.</exception>
    /// <exception cref="RowRejectedException">A number is NaN, which one store would keep and another refuse.</exception>
    public static void Check(CommitBatch batch)
    {
        for (var i = 0; i < batch.Log.Count; i++)
        {
            var row = batch.Log[i];
            if (row.Seq != batch.HeadSeq + 1 + i)
            {
                throw new ArgumentException($"Row {i} has seq {row.Seq} after head {batch.HeadSeq}.", nameof(batch));
            }

            if (double.IsNaN(row.Memory.Importance) || double.IsNaN(row.Link?.Strength ?? 0))
            {
                throw new RowRejectedException("An importance or a strength is not a number.", new ArgumentException("NaN", nameof(batch)));
            }
        }
    }
}
