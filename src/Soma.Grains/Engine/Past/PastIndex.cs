using Soma.Grains.Searching;
using Soma.Grains.Storage.Past;

namespace Soma.Grains.Engine.Past;

/// <summary>The memories of a namespace as they were after a seq, in an index like that of the present.</summary>
/// <remarks>
/// It holds what had not expired at the time of the seq's commit. A moment of that seq is never earlier, and whoever reads the index leaves
/// out what has expired by the moment's own time. So all moments of one seq share one index.
/// </remarks>
/// <param name="Snapshot">What searches and lists read. It has words, fields, brought vectors and first vectors.</param>
/// <param name="IsComplete">Whether it holds every memory of the moment; else it was as large as it may be before.</param>
/// <param name="Bytes">An estimate of the memory that it holds.</param>
internal sealed record PastIndex(IndexSnapshot Snapshot, bool IsComplete, long Bytes) : IPastState
{
    /// <param name="services">What the silo shares.</param>
    /// <param name="namespaceId">The id of the namespace.</param>
    /// <param name="seq">Whose memories are read.</param>
    /// <param name="making">How contents become entries of an index.</param>
    /// <param name="report">Told the bytes that the index has so far.</param>
    public static async Task<PastIndex> ReadAsync(
        EngineServices services, long namespaceId, long seq, PastMaking making, Action<long> report)
    {
        var at = await services.Past.ReadTimesAsync(namespaceId, [seq], CancellationToken.None) is [var row] ? row.At : default;
        var index = new SearchIndex(making.Dimension);
        var size = new PageSize(services.Options.LoadPageSize);
        IReadOnlyList<StatePlace> places;
        for (Coordinate? after = null; ; after = places[^1].Coordinate)
        {
            places = await services.Past.ReadStateAsync(namespaceId, seq, at, after, size.Rows, CancellationToken.None);
            var versions = await services.Store.ReadVersionsAsync(namespaceId, [.. places.Select(place => place.Seq)], CancellationToken.None);
            foreach (var version in versions)
            {
                index.Put(making.ToEntry(version));
            }

            report(index.Bytes);
            if (places.Count < size.Rows)
            {
                index.CompleteLoading();
                break;
            }

            if (index.Bytes > services.PastStates.LimitBytes)
            {
                break;
            }

            size.Learn(versions);
        }

        return new PastIndex(index.Publish(seq), index.IsLoaded, index.Bytes);
    }
}

/// <summary>How contents become entries of an index, by the settings of the moment when the making began.</summary>
internal sealed record PastMaking(ContentIndexer Indexer, IReadOnlyList<string> SequenceFields, bool IsBroughtText, int Dimension)
{
    public IndexEntry ToEntry(MemoryRow row) => new()
    {
        Row = row,
        Content = Indexer.Prepare(row.Payload, row.Text, SequenceFields),
        IsBroughtText = IsBroughtText,
    };
}
