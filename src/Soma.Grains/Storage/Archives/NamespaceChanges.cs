namespace Soma.Grains.Storage.Archives;

/// <summary>What tells the present state of a namespace from an earlier one, without reading its rows.</summary>
/// <param name="Key">The tenant and the name.</param>
/// <param name="Id">Its id in this store; 0: it only has settings. An id is never used again.</param>
/// <param name="Row">Its row; of one that was only set up, zeros.</param>
/// <param name="Mark">Differs if anything was committed, refined or compacted since. Only equality means something.</param>
/// <param name="Compaction">How far compaction has come. Only equality means something.</param>
/// <param name="Settings">The settings as grain storage keeps them; null: there are none.</param>
public sealed record NamespaceState(NamespaceKey Key, long Id, NamespaceRow Row, string Mark, string Compaction, byte[]? Settings)
{
    /// <summary>The namespaces that were written to with their settings, and behind them those that only have settings.</summary>
    internal static IReadOnlyList<NamespaceState> Merge(IReadOnlyList<NamespaceState> written, IEnumerable<(string GrainKey, byte[] Payload)> settings)
    {
        var payloads = settings.ToDictionary(one => NamespaceKey.FromGrainKey(one.GrainKey), one => one.Payload);
        var known = written.Select(one => one.Key).ToHashSet();
        return
        [
            .. written.Select(one => one with { Settings = payloads.GetValueOrDefault(one.Key) }),
            .. payloads.Where(one => !known.Contains(one.Key)).Select(one => new NamespaceState(one.Key, 0, new NamespaceRow(), "", "", one.Value)),
        ];
    }
}

/// <summary>What a snapshot says of an earlier seq, and what a later reading of changes has to know of it.</summary>
public sealed record SnapshotMarks
{
    /// <summary>The time of the row at the earlier seq; null: the log has no such row.</summary>
    public long? AtOfSeq { get; init; }

    /// <summary>Whether a memory was purged behind that seq. Content of older rows may be gone then.</summary>
    public bool HasPurges { get; init; }

    /// <summary>A checksum of the counts of reads. Equal: no memory was read since.</summary>
    public long Accesses { get; init; }

    /// <summary>The next end of a memory's time; null: none ends. What a sweep reclaims later had this end or a later one.</summary>
    public long? NextEnd { get; init; }

    /// <summary>Up to here every memory has its vector in every space.</summary>
    public long RefinedSeq { get; init; }

    /// <summary>The spaces that models make vectors for.</summary>
    public string Spaces { get; init; } = "";

    /// <summary>A checksum of the kept answers that carry the earlier seq. Equal: none was added, and none is over.</summary>
    public string AnswersOfSeq { get; init; } = "";

    /// <summary>The same of those that carry the newest seq.</summary>
    public string AnswersOfHead { get; init; } = "";
}

/// <summary>From where changes are read.</summary>
/// <param name="Seq">Rows of later seqs are changes.</param>
/// <param name="RefinedSeq">So are vectors of later seqs.</param>
/// <param name="NextEnd">So are memories that ended at this time or later and were reclaimed; null: none ended.</param>
/// <param name="WithCompacted">Whether all rows that compaction emptied are among them.</param>
/// <param name="WithAccesses">Whether all memories that were ever read are among them.</param>
/// <param name="WithAnswers">Whether kept answers that carry <paramref name="Seq"/> itself are among them.</param>
public sealed record ChangesSince(long Seq, long RefinedSeq, long? NextEnd, bool WithCompacted, bool WithAccesses, bool WithAnswers);
