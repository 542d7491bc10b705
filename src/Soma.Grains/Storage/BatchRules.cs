namespace Soma.Grains.Storage;

/// <summary>What every store asks of a batch before it is sent, so that all refuse the same.</summary>
internal static class BatchRules
{
    /// <exception cref="ArgumentException">The rows are not numbered on from the head: a mistake of the sender, no bad input.</exception>
    /// <exception cref="RowRejectedException">A number that is no number, which one store would keep and another refuse.</exception>
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
