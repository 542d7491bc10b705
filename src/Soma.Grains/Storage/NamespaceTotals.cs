namespace Soma.Grains.Storage;

/// <summary>Adds up the counters of namespaces.</summary>
internal static class NamespaceTotals
{
    public static StatsReply ToReply(IReadOnlyCollection<NamespaceStats> namespaces) => new()
    {
        Total = namespaces.Aggregate(default(MemoryCounts), (sum, one) => Add(sum, one.Counts)),
        Namespaces = [.. namespaces],
    };

    private static MemoryCounts Add(MemoryCounts left, MemoryCounts right) =>
        new(left.Episodic + right.Episodic, left.Semantic + right.Semantic, left.Belief + right.Belief, left.Vectors + right.Vectors);
}
