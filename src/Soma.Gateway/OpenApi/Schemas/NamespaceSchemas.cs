using System.ComponentModel;

namespace Soma.Gateway.OpenApi.Schemas;

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
