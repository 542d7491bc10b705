namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>
/// Records that a request without an answer may still change some points, so that they must be checked later.
/// </summary>
/// <param name="CheckFrom">The points of memories that changed after this seq are suspect.</param>
/// <param name="Hold">The saved cursor stays here until the check is done, so that an indexer that starts anew writes
/// all suspect points again.</param>
/// <param name="SettledAt">The clock's timestamp after which such a request can no longer be applied.</param>
/// <param name="Through">The points of memories that changed up to this seq are suspect; null: the seq is fixed when
/// the check begins.</param>
internal sealed record Suspicion(long CheckFrom, IndexCursor Hold, long SettledAt, long? Through)
{
    /// <summary>Combines two suspicions: the points of both, until the later of the two settle times.</summary>
    public static Suspicion Join(Suspicion? first, Suspicion second) => first is null ? second : new Suspicion(
        Math.Min(first.CheckFrom, second.CheckFrom),
        IndexCursor.Min(first.Hold, second.Hold),
        Math.Max(first.SettledAt, second.SettledAt),
        Through: null);

    /// <summary>The remaining suspicion after everything up to <paramref name="seq"/> was checked.</summary>
    public Suspicion CheckedTo(long seq, long through, IndexCursor position) => this with
    {
        CheckFrom = seq,
        Through = through,
        Hold = new IndexCursor(Math.Max(Hold.LogSeq, seq), Math.Max(Hold.RefinedSeq, Math.Min(seq, position.RefinedSeq))),
    };
}
