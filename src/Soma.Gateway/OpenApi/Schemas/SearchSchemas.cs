using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using Soma.Gateway.Answers;

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
