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
            if (batch.Log[i].Seq != batch.HeadSeq + 1 + i)
            {
                throw new ArgumentException($"Row {i} has seq {batch.Log[i].Seq} after head {batch.HeadSeq}.", nameof(batch));
            }

            if (double.IsNaN(batch.Log[i].Importance) || double.IsNaN(batch.Log[i].Strength))
            {
                throw new RowRejectedException("An importance or a strength is not a number.", new ArgumentException("NaN", nameof(batch)));
            }
        }
    }
}
