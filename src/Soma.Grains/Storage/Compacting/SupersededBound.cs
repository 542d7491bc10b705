namespace Soma.Grains.Storage.Compacting;

/// <summary>Up to where the versions of a coordinate are superseded.</summary>
/// <param name="Coordinate">The coordinate.</param>
/// <param name="LastSeq">Versions up to this seq are.</param>
/// <param name="CreatedSeq">Which memory lived there: only its versions may have to stay,</param>
/// <param name="LastVersion">and of those the ones above this version do.</param>
internal readonly record struct SupersededBound(Coordinate Coordinate, long LastSeq, long CreatedSeq, long LastVersion);

/// <summary>A version whose own time is over.</summary>
/// <param name="Bound">What is superseded by that.</param>
/// <param name="End">When its time was over.</param>
/// <param name="IsLast">Whether the coordinate held it until then. If not, a later row ended it, and that row is looked at in its turn.</param>
internal readonly record struct EndedVersion(SupersededBound Bound, Instant End, bool IsLast);

/// <summary>A version that may go.</summary>
/// <param name="Seq">Its seq.</param>
/// <param name="EndedBySeq">The row that ended it; null: its own time did.</param>
/// <param name="EndedAt">When it ended.</param>
internal readonly record struct SupersededVersion(long Seq, long? EndedBySeq, Instant EndedAt);

/// <summary>Makes a set of what a store found.</summary>
internal static class CompactionSets
{
    /// <param name="found">The versions.</param>
    /// <param name="endedAtSeq">The first seq at or after the latest time at which one of them ended by itself; null: none did.</param>
    /// <param name="looked">Which namespace, and how far its log was looked at.</param>
    public static CompactionSet ToSet(IReadOnlyCollection<SupersededVersion> found, long? endedAtSeq, CompactionSet looked) => looked with
    {
        Seqs = [.. found.Select(version => version.Seq).Distinct().Order()],
        Horizon = found.Count == 0 ? default : new Horizon(
            Math.Max(endedAtSeq ?? 0, found.Max(version => version.EndedBySeq ?? 0)),
            new Instant(found.Max(version => version.EndedAt.Microseconds))),
    };

    /// <summary>The latest time at which one of the versions ended by itself.</summary>
    public static Instant? LatestEnd(IEnumerable<SupersededVersion> found) =>
        found.Where(version => version.EndedBySeq is null).Select(version => (Instant?)version.EndedAt).Max();

    /// <summary>What is known before versions are looked for.</summary>
    /// <param name="namespaceId">The namespace.</param>
    /// <param name="before">How far its log was looked at before.</param>
    /// <param name="page">The last seq of the page that is old enough (null: none), and how many rows of the page are.</param>
    /// <param name="ended">The next versions whose own time is over.</param>
    /// <param name="limit">How many of either were asked for.</param>
    public static CompactionSet Looked(
        long namespaceId, CompactionProgress before, (long? LastSeq, long Rows) page, IReadOnlyList<EndedVersion> ended, int limit) => new()
        {
            NamespaceId = namespaceId,
            Seqs = [],
            Horizon = default,
            Progress = new CompactionProgress(
            page.LastSeq ?? before.Seq,
            ended is [.., var last] ? last.End : before.End,
            ended is [.., var end] ? end.Bound.LastSeq : before.EndSeq),
            IsLast = page.Rows < limit && ended.Count < limit,
        };
}
