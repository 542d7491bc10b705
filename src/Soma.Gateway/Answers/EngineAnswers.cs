using System.ComponentModel;

namespace Soma.Gateway.Answers;

// The engine writes these bodies itself, because a write's receipt keeps them (Engine/Committing/Answers.cs). The records only
// describe them in the OpenAPI document.

internal sealed record Stored
{
    public required string Coord { get; init; }

    public required MemoryKind MemoryType { get; init; }

    public required bool Ok { get; init; }

    [Description("Place of this write in its namespace's order.")]
    public required long Seq { get; init; }

    [Description("1 for a memory's first write; versions go on after a delete.")]
    public required long Version { get; init; }

    [Description("precomputed for a brought vector, else the model's name.")]
    public required string EmbeddingSource { get; init; }
}

internal sealed record StoredBatch
{
    public required int Stored { get; init; }

    public required long SeqFirst { get; init; }

    public required long SeqLast { get; init; }

    public required Stored[] Results { get; init; }
}

internal sealed record DeletedMemory
{
    public required string Coord { get; init; }

    public required bool Deleted { get; init; }

    public required long Seq { get; init; }
}

internal sealed record StoredLink
{
    public required string FromCoord { get; init; }

    public required string ToCoord { get; init; }

    public required string LinkType { get; init; }

    public required bool Ok { get; init; }

    public required long Seq { get; init; }
}

internal sealed record DeletedLink
{
    public required string FromCoord { get; init; }

    public required string ToCoord { get; init; }

    public required string LinkType { get; init; }

    public required bool Deleted { get; init; }

    public required long Seq { get; init; }
}
