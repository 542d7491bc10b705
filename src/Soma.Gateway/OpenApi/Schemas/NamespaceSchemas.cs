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
