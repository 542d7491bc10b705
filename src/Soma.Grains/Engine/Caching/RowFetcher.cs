using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Caching;

/// <summary>Finds rows in the cache, else in the store: the current row of a key, or the versions that a search ranked.</summary>
/// <remarks>Runs on the grain's turn.</remarks>
internal sealed class RowFetcher(ICanonicalStore store, RowReader reader, CacheInstruments instruments)
{
    /// <summary>Returns the key's row as it was last published; null: nothing was ever stored there.</summary>
    public async Task<MemoryRow?> FindAsync(long namespaceId, Coordinate coordinate, CancellationToken cancellationToken)
    {
        if (reader.Cache.TryGet(coordinate, out var row))
        {
            instruments.OnLookedUp(wanted: 1, missing: 0);
            return row;
        }

        // The reader counts this miss.
        reader.Cache.Pin(coordinate);
        try
        {
            await reader.ReadAsync(namespaceId, [coordinate], [], null).WaitAsync(cancellationToken);
            reader.Cache.TryGet(coordinate, out row);
            return row;
        }
        finally
        {
            reader.Cache.Unpin(coordinate);
        }
    }

    /// <summary>Returns the rows of these versions, each at the place of its version; null for one that was purged meanwhile.</summary>
    public async Task<IReadOnlyList<MemoryRow?>> FindVersionsAsync(
        long namespaceId, IReadOnlyList<(Coordinate Coordinate, long Seq)> versions, CancellationToken cancellationToken)
    {
        var rows = new MemoryRow?[versions.Count];
        var missing = new List<long>();
        for (var i = 0; i < rows.Length; i++)
        {
            var (coordinate, seq) = versions[i];
            rows[i] = reader.Cache.TryGet(coordinate, out var row) && row?.Seq == seq ? row : null;
            if (rows[i] is null)
            {
                missing.Add(seq);
            }
        }

        instruments.OnLookedUp(rows.Length, missing.Count);
        if (missing.Count > 0)
        {
            var read = (await store.ReadVersionsAsync(namespaceId, missing, cancellationToken)).ToDictionary(row => row.Seq);
            for (var i = 0; i < rows.Length; i++)
            {
                rows[i] ??= read.GetValueOrDefault(versions[i].Seq);
            }
        }

        return rows;
    }

    /// <summary>Reads what is stored of ranked versions, for filters and phrases that the index cannot decide. Safe off the turn.</summary>
    public PayloadReader PayloadsOf(long namespaceId) => async (seqs, cancellationToken) =>
    {
        var rows = await store.ReadVersionsAsync(namespaceId, seqs, cancellationToken);
        return rows.ToDictionary(row => row.Seq, row => new StoredContent(row.Payload, row.Text));
    };
}
