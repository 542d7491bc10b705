namespace Soma.Grains.Engine.Forgetting;

/// <summary>By what a full namespace chooses the memory that goes; see <see cref="EvictionRules"/>.</summary>
internal enum EvictionRule
{
    Oldest,
    LeastImportant,
    LeastUsed,
}

/// <summary>How much a namespace keeps, and which memory goes first.</summary>
/// <param name="MaxMemories">The most memories, expired ones that no sweep has reclaimed included.</param>
/// <param name="MaxBytes">The most bytes of their payloads, given texts and brought vectors.</param>
/// <param name="Rule">Which memory goes first.</param>
/// <param name="HalfLife">After how long without access importance has halved; null: it does not fade.</param>
internal sealed record Bounds(long MaxMemories, long MaxBytes, EvictionRule Rule, TimeSpan? HalfLife)
{
    /// <returns>Null: the namespace may grow without bound.</returns>
    public static Bounds? Of(NamespaceSettings settings) => settings is { MaxMemories: null, MaxBytes: null } ? null : new Bounds(
        settings.MaxMemories ?? long.MaxValue,
        settings.MaxBytes ?? long.MaxValue,
        settings.Evict switch
        {
            EvictionRules.LeastImportant => EvictionRule.LeastImportant,
            EvictionRules.LeastUsed => EvictionRule.LeastUsed,
            _ => EvictionRule.Oldest,
        },
        settings.HalfLifeDays is { } days ? TimeSpan.FromDays(days) : null);

    public bool Hold(long memories, long bytes) => memories <= MaxMemories && bytes <= MaxBytes;
}

/// <summary>A memory's place in the order of eviction: the smallest goes first, and of equal ones the one with the smaller seq.</summary>
internal readonly record struct EvictionRank(int Group, double Value, long Seq) : IComparable<EvictionRank>
{
    public int CompareTo(EvictionRank other) =>
        Group != other.Group ? Group.CompareTo(other.Group)
        : Value.CompareTo(other.Value) is var byValue and not 0 ? byValue
        : Seq.CompareTo(other.Seq);
}
