using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Soma.Gateway.OpenApi.Schemas;

internal sealed record Search
{
    [Description("May be empty: then the embedding decides, or without one importance and age. What stands between quotes is a phrase: required in mode keyword, preferred in hybrid.")]
    public string? Query { get; init; }

    [Description("1–1000, default 5.")]
    public int? TopK { get; init; }

    [Description("The same as top_k.")]
    public int? Limit { get; init; }

    public int? Offset { get; init; }

    [Description("Equality on fields, dots into objects; $eq $ne $gt $gte $lt $lte $in $nin $exists $contains $and $or $not; _keywords hints.")]
    public JsonObject? Filters { get; init; }

    public MemoryKind? MemoryType { get; init; }

    [Description("Searches the brought vectors: a list of numbers, or base64 of little-endian float32.")]
    public JsonElement? Embedding { get; init; }

    [Description("The same as embedding.")]
    public JsonElement? Vector { get; init; }

    [Description("Default hybrid.")]
    public Mode? Mode { get; init; }

    [Description("Least score of a hit, 0–1.")]
    public double? MinScore { get; init; }

    [Description("Whether hits carry the parts of their scores.")]
    public bool? Explain { get; init; }

    [Description("Default payload alone.")]
    public Included[]? Include { get; init; }

    [Description("Forbids approximations.")]
    public bool? Exact { get; init; }

    [Description("Embeds the query by the sentence model, a few milliseconds, where the table would do.")]
    public bool? Accurate { get; init; }

    [Description("How much newer and more important memories are preferred; both 0 unless given.")]
    public SearchWeights? Weights { get; init; }

    [Description("Fills a budget of tokens, four bytes of payload each: best first, what does not fit is passed over. top_k is then 100 unless given.")]
    public int? MaxTokens { get; init; }

    public string? TenantId { get; init; }
}

internal sealed record SearchWeights
{
    [Description("0–1; newness halves with the namespace's half-life.")]
    public double? Recency { get; init; }

    [Description("0–1; importance against the largest among the candidates.")]
    public double? Importance { get; init; }
}

internal sealed record Hit
{
    public required string Coord { get; init; }

    public required double[] Coordinate { get; init; }

    [Description("The id; left out where the key is a coordinate.")]
    public string? Id { get; init; }

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
