using Soma.Grains.Searching.Indexing;

namespace Soma.Grains.Searching.Ranking;

/// <summary>The vectors of a search that were announced, so that they can be compared together with those of other searches.</summary>
/// <param name="OfText">The query's vector in the table's space; null: it was not announced.</param>
/// <param name="OfBrought">The vector that the caller brought; null: it was not announced.</param>
internal sealed record AnnouncedScans(SharedScan? OfText, SharedScan? OfBrought)
{
    /// <summary>Selects a segment's vectors in the table's space.</summary>
    public static readonly Func<SegmentView, VectorBlock> Texts = static view => view.Texts;

    /// <summary>Selects a segment's brought vectors.</summary>
    public static readonly Func<SegmentView, VectorBlock> Brought = static view => view.Segment.Brought;

    /// <summary>Announces the vectors of a search that will go through all of the snapshot's int8 vectors; null if it will not.</summary>
    /// <remarks>A search with a filter may have few candidates, and then does better on its own.</remarks>
    public static AnnouncedScans? Of(IndexSnapshot snapshot, SearchRequest request, CancellationToken abandoned)
    {
        var asked = request.Asked;
        if (asked.Mode == SearchMode.Keyword || request is not { Type: null, Filter.Root: null } || Precision.Of(snapshot, request).IsOfAll)
        {
            return null;
        }

        // Passages are compared with the table's vector of the query, which is another one if the sentence model embedded it.
        var text = string.IsNullOrWhiteSpace(asked.Query) ? null : request.TextVector;
        return new AnnouncedScans(
            text is null ? null : snapshot.Scans.Announce(text, Texts, abandoned, withPassages: (request.TableVector ?? text) == text, request.Idle),
            request.BroughtVector is { } brought ? snapshot.Scans.Announce(UnitVector.Of(brought), Brought, abandoned, idle: request.Idle) : null);
    }
}
