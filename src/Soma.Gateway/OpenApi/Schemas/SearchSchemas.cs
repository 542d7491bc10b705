using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Soma.Gateway.OpenApi.Schemas;

internal sealed record Hit
{
    public required string Coord { get; init; }

    public required double[] Coordinate { get; init; }

    [Description("Left out where include does not name it.")]
    public JsonObject? Payload { get; init; }

    public required MemoryKind MemoryType { get; init; }

    public required double Importance { get; init; }

    [Description("0–1, higher is better, comparable within one answer.")]
    public required double Score { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required long Seq { get; init; }

    public required string EmbeddingSource { get; init; }

    [Description("The brought vector, where include names it.")]
    public float[]? Embedding { get; init; }

    public Explanation? Explain { get; init; }
}

internal sealed record Explanation
{
    public required double? Keyword { get; init; }

    public required double? KeywordNormalised { get; init; }

    public required double? Text { get; init; }

    public required double? TextNormalised { get; init; }

    public required double? Brought { get; init; }

    public required double? BroughtNormalised { get; init; }

    public required double? Context { get; init; }

    [Description("What it gains because the query names its speaker.")]
    public required double? Speaker { get; init; }

    [Description("What it gains by holding the query's quoted phrases; null where the query has none or the mode is not hybrid.")]
    public required double? Phrase { get; init; }

    public required double? Recency { get; init; }

    public required double? Importance { get; init; }
}

internal sealed record Hits
{
    public required Hit[] Memories { get; init; }

    [Description("The answer may lack memories, because a part of the search is away or still loading, or because more could hold a phrase than were read.")]
    public required bool Degraded { get; init; }

    [Description("Memories whose sentence-model vector is still to come.")]
    public required int Refining { get; init; }

    [Description("Present where hits were left out because the answer would have passed 8 MB.")]
    public bool? Truncated { get; init; }
}
