using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Caching;

/// <summary>Finds rows in the cache, else in the store: the current row of a coordinate, or the versions that a search ranked.</summary>
/// <remarks>Runs on the grain's turn.</remarks>
internal sealed class RowFetcher(ICanonicalStore store, RowReader reader, CacheInstruments instruments)
{
    /// <summary>Returns the coordinate's row as it was last published; null: nothing was ever stored there.</summary>
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

    /// <summary>Returns these versions in the order given. A version that was purged meanwhile is missing.</summary>
    public async Task<IReadOnlyList<MemoryRow>> FindVersionsAsync(
        long namespaceId, IReadOnlyList<(Coordinate Coordinate, long Seq)> versions, CancellationToken cancellationToken)
    {
        var found = new Dictionary<long, MemoryRow>(versions.Count);
        foreach (var (coordinate, seq) in versions)
        {
            if (reader.Cache.TryGet(coordinate, out var row) && row?.Seq == seq)
            {
                found[seq] = row;
            }
        }

        var missing = versions.Select(version => version.Seq).Where(seq => !found.ContainsKey(seq)).ToArray();
        instruments.OnLookedUp(versions.Count, missing.Length);
        if (missing.Length > 0)
        {
            foreach (var row in await store.ReadVersionsAsync(namespaceId, missing, cancellationToken))
            {
                found[row.Seq] = row;
            }
        }

        return [.. versions.Select(version => found.GetValueOrDefault(version.Seq)).OfType<MemoryRow>()];
    }
}
