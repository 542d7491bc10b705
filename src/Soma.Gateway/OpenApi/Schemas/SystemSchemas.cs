using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Soma.Gateway.OpenApi.Schemas;

internal sealed record Stats
{
    public required long TotalMemories { get; init; }

    public required long Episodic { get; init; }

    public required long Semantic { get; init; }

    public required long Belief { get; init; }

    public required long VectorCount { get; init; }

    [Description("Empty for callers without the root token.")]
    public required Dictionary<string, NamespaceCounts> Namespaces { get; init; }

    [Description("Empty for callers without the root token.")]
    public required Dictionary<string, long> VectorCollections { get; init; }
}

internal sealed record NamespaceCounts
{
    public required long Total { get; init; }

    public required long Episodic { get; init; }

    public required long Semantic { get; init; }
}

internal sealed record Flags
{
    public required bool KvStore { get; init; }

    public required bool VectorStore { get; init; }

    public required bool GraphStore { get; init; }
}

internal sealed record Health
{
    public required bool KvStore { get; init; }

    public required bool VectorStore { get; init; }

    public required bool GraphStore { get; init; }

    [Description("healthy, degraded or unhealthy.")]
    public required string Status { get; init; }

    public required bool Healthy { get; init; }

    public required string Version { get; init; }

    public required double UptimeSeconds { get; init; }

    public required Component[] Components { get; init; }
}

internal sealed record Component
{
    public required string Name { get; init; }

    public required bool Healthy { get; init; }

    public required double LatencyMs { get; init; }

    public required string Detail { get; init; }
}

internal sealed record Alive
{
    public required string Status { get; init; }
}

internal sealed record FrontPage
{
    public required string Message { get; init; }

    public required string Metrics { get; init; }
}

internal sealed record Pong
{
    public required string Ping { get; init; }
}

internal sealed record ProblemDetails
{
    public required string Type { get; init; }

    public required string Title { get; init; }

    public required int Status { get; init; }

    public required string Detail { get; init; }

    [Description("The fields at fault.")]
    public FieldFault[]? Errors { get; init; }

    [Description("Of a 504 on a write: not_applied, partly_applied or unknown.")]
    public string? Outcome { get; init; }

    public required string RequestId { get; init; }
}

internal sealed record FieldFault
{
    [JsonPropertyName("loc")]
    [Description("The path to the field: names and indexes.")]
    public required object[] Location { get; init; }

    [JsonPropertyName("msg")]
    public required string Message { get; init; }

    public required string Type { get; init; }
}
