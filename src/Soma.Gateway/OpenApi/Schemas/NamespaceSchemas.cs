using System.ComponentModel;

namespace Soma.Gateway.OpenApi.Schemas;

internal sealed record NamespaceChoices
{
    [Description("builtin, fast or none; null: what the service is set to (SOMA_EMBEDDINGS).")]
    public string? Embedder { get; init; }

    [Description("Payload fields that may name the conversation a memory belongs to; the first one present counts.")]
    public string[]? SequenceFields { get; init; }

    [Description("all-minilm-l6-v2: brought vectors of 384 numbers stand in the place of their texts' own.")]
    public string? BroughtSpace { get; init; }

    [Description("After how many days the preference for newer memories has halved, default 30.")]
    public double? RecencyHalfLifeDays { get; init; }
}

internal sealed record NamespaceView
{
    public required string Name { get; init; }

    public required string Tenant { get; init; }

    public required string? Embedder { get; init; }

    public required string[] SequenceFields { get; init; }

    public required string? BroughtSpace { get; init; }

    public required double RecencyHalfLifeDays { get; init; }
}

internal sealed record ReindexBegun
{
    public required string Name { get; init; }

    public required bool Reindexing { get; init; }
}
