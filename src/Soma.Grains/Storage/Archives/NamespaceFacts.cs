namespace Soma.Grains.Storage.Archives;

/// <summary>What the rows of a namespace say, to be compared with the namespace's own row.</summary>
public sealed record NamespaceFacts
{
    public long LogRows { get; init; }

    public long FirstSeq { get; init; }

    public long LastSeq { get; init; }

    /// <summary>The largest time in the log, microseconds.</summary>
    public long LastAt { get; init; }

    public long LargestEpoch { get; init; }

    public double? LargestImportance { get; init; }

    /// <summary>Bytes of the oldest brought vector that is there, and of the longest and shortest.</summary>
    public long? BroughtBytes { get; init; }

    public long? LongestBrought { get; init; }

    public long? ShortestBrought { get; init; }

    public MemoryCounts Counts { get; init; }

    /// <summary>Log rows whose version does not follow on from the one before at their coordinate.</summary>
    public long WrongVersions { get; init; }

    /// <summary>How many coordinates have a current row that differs from their last row in the log.</summary>
    public long WrongMemories { get; init; }

    /// <summary>How many links exist although the log says otherwise, or are missing.</summary>
    public long WrongLinks { get; init; }

    /// <summary>The row of a namespace that has nothing but these rows.</summary>
    public NamespaceRow ToRow() => new()
    {
        Epoch = LargestEpoch,
        CommitNo = LastSeq,
        HeadSeq = LastSeq,
        LastAt = LastAt,
        Counts = Counts,
        BroughtDimension = (int?)(BroughtBytes / sizeof(float)),
        LargestImportance = LargestImportance,
    };

    /// <summary>Lists contradictions between the rows, or with the namespace's own row, one sentence each. An empty list means that it is consistent.</summary>
    public IReadOnlyList<string> Compare(NamespaceRow row)
    {
        var dimension = row.BroughtDimension?.ToString(CultureInfo.InvariantCulture) ?? "none";
        (bool IsWrong, string Problem)[] checks =
        [
            (LogRows != row.HeadSeq || LastSeq != row.HeadSeq || FirstSeq != Math.Min(1, LogRows),
                $"the log has {LogRows} rows with seqs from {FirstSeq} to {LastSeq}, and the head is {row.HeadSeq}"),
            (LastAt > row.LastAt, "the log has a time that is later than the newest commit's"),
            (LargestEpoch > row.Epoch, $"the log has epoch {LargestEpoch}, and the namespace's is {row.Epoch}"),
            (Counts != row.Counts, $"there are {Describe(Counts)}, and counted are {Describe(row.Counts)}"),
            (WrongVersions > 0, $"{WrongVersions} versions do not follow on from the ones before"),
            (WrongMemories > 0, $"{WrongMemories} memories are not what the log says"),
            (WrongLinks > 0, $"{WrongLinks} links are not what the log says"),
            (LongestBrought is { } longest && (longest != ShortestBrought || longest != row.BroughtDimension * sizeof(float)),
                $"brought vectors have {ShortestBrought} to {LongestBrought} bytes, and the dimension is {dimension}"),
        ];
        return [.. checks.Where(check => check.IsWrong).Select(check => check.Problem)];
    }

    private static string Describe(MemoryCounts counts) =>
        $"{counts.Episodic} episodic, {counts.Semantic} semantic, {counts.Belief} belief, {counts.Vectors} with a vector";
}
