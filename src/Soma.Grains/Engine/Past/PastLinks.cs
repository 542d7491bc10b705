using Soma.Grains.Storage.Past;

namespace Soma.Grains.Engine.Past;

/// <summary>The links of a namespace as they were after a seq: what the log's links, removals and deletes up to it leave.</summary>
/// <remarks>Does not change once it was made, so any number of threads may read it.</remarks>
internal sealed class PastLinks : IPastState
{
    private const int RowsPerRead = 5_000;
    private const int BytesPerLink = 400;

    private static readonly bool[] BothWays = [false, true];

    private readonly Dictionary<Coordinate, Dictionary<(Coordinate Other, string Type), LinkRow>> _leaving = [];
    private readonly Dictionary<Coordinate, Dictionary<(Coordinate Other, string Type), LinkRow>> _entering = [];

    private PastLinks()
    {
    }

    public long Bytes { get; private set; }

    /// <summary>All links, ordered by their keys.</summary>
    public IEnumerable<LinkRow> All => _leaving.OrderBy(from => from.Key).SelectMany(from => ByOther(from.Value.Values, link => link.Key.To));

    /// <exception cref="IndexIncompleteException">They take more memory than one state may have.</exception>
    public static async Task<PastLinks> ReadAsync(IPastStore store, long namespaceId, long throughSeq, long limitBytes, Action<long> report)
    {
        var links = new PastLinks();
        for (long after = 0; ;)
        {
            var rows = await store.ReadLinkChangesAsync(namespaceId, after, throughSeq, RowsPerRead, CancellationToken.None);
            foreach (var row in rows)
            {
                links.Apply(row);
                after = row.Seq;
            }

            report(links.Bytes);
            if (links.Bytes > limitBytes)
            {
                throw new IndexIncompleteException("The links of that moment need more memory than there is for the past (SOMA_MEMORY_BUDGET_MB).");
            }

            if (rows.Count < RowsPerRead)
            {
                return links;
            }
        }
    }

    public LinkRow? Find(LinkKey key) => _leaving.GetValueOrDefault(key.From)?.GetValueOrDefault((key.To, key.Type));

    /// <inheritdoc cref="ICanonicalStore.ReadLinksFromAsync"/>
    public IReadOnlyList<LinkRow> ReadFrom(IReadOnlyCollection<Coordinate> coordinates, bool incoming, string? linkType, int limit) =>
        [.. coordinates.Distinct().Order()
            .SelectMany(coordinate => ByOther(Of(coordinate, incoming), link => incoming ? link.Key.From : link.Key.To)
                .Where(link => linkType is null || link.Key.Type == linkType)
                .OrderByDescending(link => link.Strength))
            .Take(limit)];

    /// <inheritdoc cref="ICanonicalStore.ReadLinksAroundAsync"/>
    public IReadOnlyList<LinkRow> ReadAround(IReadOnlyCollection<Coordinate> coordinates, IReadOnlyList<string>? linkTypes, int limitEach) =>
        [.. coordinates.Distinct().SelectMany(coordinate => BothWays.SelectMany(incoming =>
            ByOther(Of(coordinate, incoming), link => incoming ? link.Key.From : link.Key.To)
                .Where(link => linkTypes?.Contains(link.Key.Type) != false)
                .Take(LinkRow.MostLookedAt)
                .OrderByDescending(link => link.Strength)
                .Take(limitEach)))];

    private static IEnumerable<LinkRow> ByOther(IEnumerable<LinkRow> links, Func<LinkRow, Coordinate> other) =>
        links.OrderBy(other).ThenBy(link => link.Key.Type, StringComparer.Ordinal);

    private IEnumerable<LinkRow> Of(Coordinate coordinate, bool incoming) =>
        (incoming ? _entering : _leaving).GetValueOrDefault(coordinate)?.Values ?? Enumerable.Empty<LinkRow>();

    private void Apply(LogRow row)
    {
        if (row.Op == LogOp.Delete)
        {
            // A memory takes its links with it, whichever way they point.
            foreach (var link in Of(row.Coordinate, incoming: false).Concat(Of(row.Coordinate, incoming: true)).ToArray())
            {
                Remove(link.Key);
            }
        }
        else if (row is { Op: LogOp.Unlink, Link.Key: var gone })
        {
            Remove(gone);
        }
        else if (row is { Op: LogOp.Link, Link: { } link })
        {
            Remove(link.Key);
            Place(_leaving, link.Key.From)[(link.Key.To, link.Key.Type)] = link;
            Place(_entering, link.Key.To)[(link.Key.From, link.Key.Type)] = link;
            Bytes += BytesOf(link);
        }
    }

    private void Remove(LinkKey key)
    {
        if (_leaving.TryGetValue(key.From, out var leaving) && leaving.Remove((key.To, key.Type), out var link))
        {
            _entering[key.To].Remove((key.From, key.Type));
            Bytes -= BytesOf(link);
        }
    }

    private static Dictionary<(Coordinate, string), LinkRow> Place(
        Dictionary<Coordinate, Dictionary<(Coordinate, string), LinkRow>> links, Coordinate coordinate) =>
        CollectionsMarshal.GetValueRefOrAddDefault(links, coordinate, out _) ??= [];

    private static long BytesOf(LinkRow link) => BytesPerLink + (link.Metadata?.Length ?? 0);
}
