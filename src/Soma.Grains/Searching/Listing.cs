using Soma.Grains.Searching.Indexing;
using Soma.Grains.Searching.Ranking;

namespace Soma.Grains.Searching;

/// <summary>The place of a memory in a listing: the value it is ordered by, then its key.</summary>
/// <param name="Value">Seq, first seq or importance, depending on the order.</param>
/// <param name="Coordinate">Memories with equal values are in rising order of their keys, in both directions of the listing.</param>
public readonly record struct ListKey(double Value, Coordinate Coordinate);

/// <summary>Reads where memories stood up to a seq; see <see cref="ICanonicalStore.ReadPlacesAsync"/>.</summary>
public delegate Task<IReadOnlyList<ListPlace>> PlaceReader(
    IReadOnlyCollection<Coordinate> coordinates, long throughSeq, CancellationToken cancellationToken);

/// <summary>A client's listing together with what the silo made of it: the parsed filter and the place where the page begins.</summary>
public sealed record ListRequest : SearchScope
{
    /// <summary>What the client asked for.</summary>
    public required ListMemories Asked { get; init; }

    public override MemoryType? Type => Asked.Type;

    public override CoordinateBox? Box => Asked.Box;

    /// <summary>The last memory of the previous page; null: this page is the first.</summary>
    public ListKey? After { get; init; }

    /// <summary>The newest seq when the listing began. The listing shows the memories of that moment, in the order of that moment.</summary>
    public long Bound { get; init; } = long.MaxValue;
}

/// <summary>A page: which versions, in order.</summary>
/// <param name="Memories">The memories with their current seqs, at most as many as the client asked for.</param>
/// <param name="Keys">The place of each memory in the listing.</param>
/// <param name="HasMore">Whether another page follows.</param>
public sealed record ListPage(IReadOnlyList<(Coordinate Coordinate, long Seq)> Memories, IReadOnlyList<ListKey> Keys, bool HasMore);

/// <summary>Lists the memories that pass a filter, in pages or all at once. Works off the grain's turn.</summary>
/// <remarks>
/// A memory that exists from the first page to the last is listed exactly once, even if writes happen between the pages. A write
/// moves its memory in an order by latest write or importance, for example from a later page to one that was already read. So a
/// memory written since the listing began keeps the place that it had at the beginning, which is read from the log. A memory
/// stored for the first time since then is left out.
/// </remarks>
public static class Listing
{
    private const int PlacesPerRead = 1_000;

    public static async Task<ListPage> PageAsync(
        IndexSnapshot snapshot, ListRequest request, PayloadReader payloads, PlaceReader places, CancellationToken cancellationToken)
    {
        using var candidates = await Searcher.FilterAsync(snapshot, request, payloads, cancellationToken);
        var moved = await ReadMovedAsync(candidates, request, places, cancellationToken);
        ListKey KeyAt(int position) => moved.TryGetValue(position, out var key) ? key : KeyOf(candidates.SlotAt(position), request.Asked.Order);

        var first = new BestList(
            (int)Math.Min((long)request.Asked.Limit + 1, Math.Max(1, candidates.Count)), (left, right) => Compare(KeyAt(left), KeyAt(right), request));
        for (var i = 0; i < candidates.Positions; i++)
        {
            if (candidates[i] && candidates.SlotAt(i).CreatedSeq <= request.Bound
                && (request.After is not { } after || Compare(KeyAt(i), after, request) > 0))
            {
                first.Offer(i, 0);
            }
        }

        var positions = first.Take();
        var page = positions[..Math.Min(positions.Length, request.Asked.Limit)];
        return new ListPage(Name(candidates, page), [.. page.Select(KeyAt)], positions.Length > request.Asked.Limit);
    }

    /// <summary>The places of memories written since the listing began, by position.</summary>
    private static async Task<Dictionary<int, ListKey>> ReadMovedAsync(
        Candidates candidates, ListRequest request, PlaceReader places, CancellationToken cancellationToken)
    {
        var moved = new Dictionary<Coordinate, int>();
        for (var i = 0; i < candidates.Positions && request.Asked.Order != ListOrder.Created; i++)
        {
            if (candidates[i] && candidates.SlotAt(i).Seq > request.Bound && candidates.SlotAt(i).CreatedSeq <= request.Bound)
            {
                moved[candidates.SlotAt(i).Coordinate] = i;
            }
        }

        var keys = new Dictionary<int, ListKey>(moved.Count);
        foreach (var some in moved.Keys.Chunk(PlacesPerRead))
        {
            foreach (var place in await places(some, request.Bound, cancellationToken))
            {
                keys[moved[place.Coordinate]] = new ListKey(request.Asked.Order == ListOrder.Importance ? place.Importance : place.Seq, place.Coordinate);
            }
        }

        return keys;
    }

    /// <summary>All memories that pass, oldest slot first; for deletes by filter.</summary>
    public static async Task<IReadOnlyList<(Coordinate Coordinate, long Seq)>> MatchingAsync(
        IndexSnapshot snapshot, SearchScope scope, PayloadReader payloads, CancellationToken cancellationToken)
    {
        using var candidates = await Searcher.FilterAsync(snapshot, scope, payloads, cancellationToken);
        return Name(candidates, Enumerable.Range(0, candidates.Positions).Where(position => candidates[position]));
    }

    private static (Coordinate Coordinate, long Seq)[] Name(Candidates candidates, IEnumerable<int> positions) =>
        [.. positions.Select(position => (candidates.SlotAt(position).Coordinate, candidates.SlotAt(position).Seq))];

    private static ListKey KeyOf(in Slot slot, ListOrder order) => new(
        order switch
        {
            ListOrder.Importance => slot.Importance,
            ListOrder.Created => slot.CreatedSeq,
            _ => slot.Seq,
        },
        slot.Coordinate);

    private static int Compare(ListKey left, ListKey right, ListRequest request)
    {
        var byValue = request.Asked.Descending ? right.Value.CompareTo(left.Value) : left.Value.CompareTo(right.Value);
        return byValue != 0 ? byValue : left.Coordinate.CompareTo(right.Coordinate);
    }
}
