using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>Points that a request without an answer may still change.</summary>
/// <param name="CheckFrom">They are of memories that changed after this seq.</param>
/// <param name="Hold">The cursor goes no further meanwhile: who starts from it writes all of them again.</param>
/// <param name="SettledAt">The clock's timestamp after which no such request can be under way.</param>
/// <param name="Through">They changed up to this seq; null: not known before the check begins.</param>
internal sealed record Suspicion(long CheckFrom, IndexCursor Hold, long SettledAt, long? Through)
{
    /// <summary>Two at once: both's points, for as long as the longer lasts.</summary>
    public static Suspicion Join(Suspicion? first, Suspicion second) => first is null ? second : new Suspicion(
        Math.Min(first.CheckFrom, second.CheckFrom),
        IndexCursor.Min(first.Hold, second.Hold),
        Math.Max(first.SettledAt, second.SettledAt),
        Through: null);

    /// <summary>What is left when everything up to <paramref name="seq"/> was found right.</summary>
    public Suspicion CheckedTo(long seq, long through, IndexCursor position) => this with
    {
        CheckFrom = seq,
        Through = through,
        Hold = new IndexCursor(Math.Max(Hold.LogSeq, seq), Math.Max(Hold.RefinedSeq, Math.Min(seq, position.RefinedSeq))),
    };
}
