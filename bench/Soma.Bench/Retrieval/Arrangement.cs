namespace Soma.Bench.Retrieval;

/// <summary>One way of storing and asking that is measured against the others.</summary>
/// <param name="Name">Its row in the table.</param>
/// <param name="Space">Arrangements of one space share its namespaces.</param>
/// <param name="Settings">The namespaces' settings.</param>
/// <param name="IsRefined">Whether the questions wait for the sentence model.</param>
/// <param name="Mode">Of the searches.</param>
/// <param name="Accurate">Whether questions go through the sentence model too.</param>
public sealed record Arrangement(string Name, string Space, object Settings, bool IsRefined, string Mode = "hybrid", bool Accurate = false)
{
    private static readonly object NoContext = new { sequence_fields = Array.Empty<string>() };
    private static readonly object FastNoContext = new { embedder = "fast", sequence_fields = Array.Empty<string>() };
    private static readonly object Fast = new { embedder = "fast" };
    private static readonly object Default = new { };

    /// <summary>Each adds one thing to what stands before it; the first rows are before refining, the others after.</summary>
    public static IReadOnlyList<Arrangement> All { get; } =
    [
        new("words", "fast-plain", FastNoContext, false, "keyword"),
        new("table vectors", "fast-plain", FastNoContext, false, "vector"),
        new("table, fused", "fast-plain", FastNoContext, false),
        new("table, fused, context", "fast", Fast, false),
        new("words, context", "fast", Fast, false, "keyword"),
        new("refined vectors", "plain", NoContext, true, "vector"),
        new("refined, fused", "plain", NoContext, true),
        new("refined, fused, context", "default", Default, true),
        new("… and accurate queries", "default", Default, true, Accurate: true),
    ];

    public object Search(string query, int topK) => new { query, top_k = topK, mode = Mode, accurate = Accurate };
}
