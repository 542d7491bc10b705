namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>Reads changes from the canonical store's log.</summary>
public sealed class StoreChangeSource(ICanonicalStore store) : IChangeSource
{
    public async Task<ChangePage> ReadChangesAsync(
        long namespaceId, long afterSeq, long throughSeq, int limit, CancellationToken cancellationToken)
    {
        var rows = await store.ReadLogAsync(namespaceId, afterSeq, (int)Math.Min(limit, throughSeq - afterSeq), cancellationToken);
        var through = afterSeq;
        var coordinates = new HashSet<Coordinate>();
        foreach (var row in rows)
        {
            if (row.Seq > throughSeq)
            {
                break;
            }

            through = row.Seq;
            if (row.Op is LogOp.Put or LogOp.Delete)
            {
                coordinates.Add(row.Coordinate);
            }
        }

        return new ChangePage(through, coordinates, await ReadRowsAsync(namespaceId, coordinates, cancellationToken));
    }

    public async Task<IReadOnlyDictionary<Coordinate, MemoryRow>> ReadRowsAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, CancellationToken cancellationToken) =>
        coordinates.Count == 0
            ? new Dictionary<Coordinate, MemoryRow>()
            : (await store.ReadAsync(namespaceId, coordinates, [], cancellationToken)).Rows;
}
