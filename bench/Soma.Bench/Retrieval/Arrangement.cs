namespace Soma.Bench.Retrieval;

/// <summary>One combination of settings and searches that is compared with others.</summary>
/// <param name="Name">The name of its row in the table.</param>
/// <param name="Space">Arrangements with the same value share their namespaces.</param>
/// <param name="Settings">The settings of the namespaces.</param>
/// <param name="IsRefined">Whether the questions are asked only after all memories were refined.</param>
/// <param name="Mode">The mode of the searches.</param>
/// <param name="Accurate">Whether queries are embedded by the sentence model too.</param>
/// <param name="Expand">How far links lend score; null: they do not.</param>
public sealed record Arrangement(string Name, string Space, object Settings, bool IsRefined, string Mode = "hybrid", bool Accurate = false, object? Expand = null)
{
    private static readonly object NoContext = new { sequence_fields = Array.Empty<string>() };
    private static readonly object FastNoContext = new { embedder = "fast", sequence_fields = Array.Empty<string>() };
    private static readonly object Fast = new { embedder = "fast" };
    private static readonly object Default = new { };

    /// <summary>
    /// Each arrangement adds one part of the ranking to the one before it. The first rows are measured before refining,
    /// the others after it.
    /// </summary>
    public static IReadOnlyList<Arrangement> All { get; } =
    [
        new("words", "fast-plain", FastNoContext, false, "keyword"),
        new("table vectors", "fast-plain", FastNoContext, false, "vector"),
        new("table, fused", "fast-plain", FastNoContext, false),
        new("table, fused, context", "fast", Fast, false),
        new("words, context", "fast", Fast, false, "keyword"),
        new("table, links", "linked", FastNoContext, false, Expand: new { hops = 1 }),
        new("table, links, 2 hops", "linked", FastNoContext, false, Expand: new { hops = 2 }),
        new("refined vectors", "plain", NoContext, true, "vector"),
        new("refined, fused", "plain", NoContext, true),
        new("refined, fused, context", "default", Default, true),
        new("… and accurate queries", "default", Default, true, Accurate: true),
    ];

    /// <summary>Whether each turn is linked to the one before it.</summary>
    public bool IsLinked => Expand is not null;

    public object Search(string query, int topK) => new { query, top_k = topK, mode = Mode, accurate = Accurate, expand = Expand };
}
