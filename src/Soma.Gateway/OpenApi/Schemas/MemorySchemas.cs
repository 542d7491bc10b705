using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Soma.Gateway.OpenApi.Schemas;

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

internal sealed record DeletedCount
{
    public required long Deleted { get; init; }
}

internal sealed record Memory
{
    [Description("The canonical coordinate: the key.")]
    public required string Coord { get; init; }

    public required double[] Coordinate { get; init; }

    [Description("Exactly as sent.")]
    public required JsonObject Payload { get; init; }

    public required MemoryKind MemoryType { get; init; }

    public required double Importance { get; init; }

    [Description("Importance against the namespace's largest, 0–1.")]
    public required double ImportanceNorm { get; init; }

    [Description("How often the memory was read by its coordinate.")]
    public required long AccessCount { get; init; }

    public required JsonObject Metadata { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    [Description("The payload's own timestamp, whatever it is, else seconds since 1970 of created_at.")]
    public required JsonElement Timestamp { get; init; }

    public required DateTimeOffset? ExpiresAt { get; init; }

    public required long Version { get; init; }

    public required long Seq { get; init; }

    public required string EmbeddingSource { get; init; }
}

internal sealed record OneMemory
{
    public required Memory Memory { get; init; }
}

internal sealed record MemoryPage
{
    public required Memory[] Memories { get; init; }

    [Description("Where the next page starts; null on the last.")]
    public required string? NextCursor { get; init; }
}
