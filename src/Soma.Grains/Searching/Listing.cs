using Soma.Grains.Interfaces;
using Soma.Grains.Searching.Indexing;
using Soma.Grains.Searching.Ranking;

namespace Soma.Grains.Searching;

/// <summary>The place of a memory in a listing: what it is ordered by, then its coordinate.</summary>
/// <param name="Value">Seq, first seq or importance, as the order says.</param>
/// <param name="Coordinate">Ties are in rising order of this, whichever way the listing runs.</param>
public readonly record struct ListKey(double Value, Coordinate Coordinate);

/// <summary>Which page of a listing is wanted.</summary>
public sealed record ListRequest : SearchScope
{
    public ListOrder Order { get; init; }

    public bool Descending { get; init; }

    /// <summary>The last memory of the page before; null: from the start.</summary>
    public ListKey? After { get; init; }

    /// <summary>At least 1.</summary>
    public required int Limit { get; init; }
}

/// <summary>A page: which versions, in order.</summary>
/// <param name="Memories">At most as many as asked for.</param>
/// <param name="Next">What the next page comes after; null on the last.</param>
/// <param name="IsComplete">False: the namespace was still being loaded.</param>
public sealed record ListPage(IReadOnlyList<(Coordinate Coordinate, long Seq)> Memories, ListKey? Next, bool IsComplete);

/// <summary>Lists what passes a filter, in pages or whole. Works off the grain's turn.</summary>
/// <remarks>A page is cut by key, not by number: writes between two pages move nothing twice into view or out of it.</remarks>
public static class Listing
{
    public static async Task<ListPage> PageAsync(
        IndexSnapshot snapshot, ListRequest request, PayloadReader payloads, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(request);
        using var candidates = await CandidateFinder.FindAsync(snapshot, request, payloads, cancellationToken);
        var first = new BestList(
            (int)Math.Min((long)request.Limit + 1, Math.Max(1, candidates.Count)),
            (left, right) => Compare(KeyOf(candidates.SlotAt(left), request), KeyOf(candidates.SlotAt(right), request), request));
        for (var i = 0; i < candidates.Positions; i++)
        {
            if (candidates[i] && (request.After is not { } after || Compare(KeyOf(candidates.SlotAt(i), request), after, request) > 0))
            {
                first.Offer(i, 0);
            }
        }

        var positions = first.Take();
        var page = positions.AsSpan(0, Math.Min(positions.Length, request.Limit));
        return new ListPage(
            Name(candidates, page),
            positions.Length > request.Limit ? KeyOf(candidates.SlotAt(page[^1]), request) : null,
            snapshot.IsComplete);
    }

    /// <summary>Everything that passes, oldest slot first; for deletes by filter.</summary>
    public static async Task<IReadOnlyList<(Coordinate Coordinate, long Seq)>> MatchingAsync(
        IndexSnapshot snapshot, SearchScope scope, PayloadReader payloads, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(scope);
        using var candidates = await CandidateFinder.FindAsync(snapshot, scope, payloads, cancellationToken);
        return Name(candidates, [.. Enumerable.Range(0, candidates.Positions).Where(position => candidates[position])]);
    }

    private static (Coordinate Coordinate, long Seq)[] Name(Candidates candidates, ReadOnlySpan<int> positions)
    {
        var names = new (Coordinate Coordinate, long Seq)[positions.Length];
        for (var i = 0; i < names.Length; i++)
        {
            ref readonly var slot = ref candidates.SlotAt(positions[i]);
            names[i] = (slot.Coordinate, slot.Seq);
        }

        return names;
    }

    private static ListKey KeyOf(in Slot slot, ListRequest request) => new(
        request.Order switch
        {
            ListOrder.Importance => slot.Importance,
            ListOrder.Created => slot.CreatedSeq,
            _ => slot.Seq,
        },
        slot.Coordinate);

    private static int Compare(ListKey left, ListKey right, ListRequest request)
    {
        var byValue = request.Descending ? right.Value.CompareTo(left.Value) : left.Value.CompareTo(right.Value);
        return byValue != 0 ? byValue : left.Coordinate.CompareTo(right.Coordinate);
    }
}
