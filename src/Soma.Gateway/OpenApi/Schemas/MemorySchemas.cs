using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Soma.Gateway.OpenApi.Schemas;

internal sealed record StoreMemory
{
    [Description("The memory's id: 1–512 bytes of UTF-8 without control characters. With neither id nor coord the server makes a UUIDv7.")]
    public string? Id { get; init; }

    [Description("1–64 comma-separated exact decimal numbers, or @ and an id; instead of id.")]
    public string? Coord { get; init; }

    [Description("Any JSON object, nested up to 64 levels; given back byte for byte.")]
    public required JsonObject Payload { get; init; }

    [Description("Default episodic.")]
    public MemoryKind? MemoryType { get; init; }

    [Description("Default: payload.importance if that is a number, else 1.")]
    public double? Importance { get; init; }

    [Description("A vector of your own, kept beside the text's: a list of numbers, or base64 of little-endian float32.")]
    public JsonElement? Embedding { get; init; }

    [Description("The same as embedding.")]
    public JsonElement? Vector { get; init; }

    [Description("What is embedded and indexed instead of the payload's text.")]
    public string? Text { get; init; }

    [Description("ISO-8601, or seconds since 1970.")]
    public JsonElement? ExpiresAt { get; init; }

    [Description("Seconds until the memory expires, more than 0; instead of expires_at.")]
    public double? TtlSeconds { get; init; }

    [Description("The tenant, where X-Soma-Tenant does not say.")]
    public string? TenantId { get; init; }
}

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

internal sealed record StoreBatch
{
    [Description("1–1000 memories of one namespace; all are stored or none.")]
    public required StoreMemory[] Items { get; init; }

    public string? TenantId { get; init; }
}

internal sealed record StoredBatch
{
    public required int Stored { get; init; }

    public required long SeqFirst { get; init; }

    public required long SeqLast { get; init; }

    public required Stored[] Results { get; init; }
}

internal sealed record PatchMemory
{
    [Description("A JSON merge patch (RFC 7396) on the payload.")]
    public JsonObject? Payload { get; init; }

    public double? Importance { get; init; }

    [Description("ISO-8601, or seconds since 1970; null: the memory no longer expires.")]
    public JsonElement? ExpiresAt { get; init; }

    public double? TtlSeconds { get; init; }

    public string? TenantId { get; init; }
}

internal sealed record DeletedMemory
{
    public required string Coord { get; init; }

    public required bool Deleted { get; init; }

    public required long Seq { get; init; }
}

internal sealed record DeleteMemories
{
    [Description("Which memories; not empty.")]
    public JsonObject? Filters { get; init; }

    [Description("Which keys; with filters too, both must hold.")]
    public string[]? Coords { get; init; }

    [Description("Counts and changes nothing.")]
    public bool? DryRun { get; init; }

    public string? TenantId { get; init; }
}

internal sealed record DeletedCount
{
    public required long Deleted { get; init; }
}

internal sealed record Memory
{
    [Description("The key: canonical numbers, or @ and the id.")]
    public required string Coord { get; init; }

    public required double[] Coordinate { get; init; }

    [Description("The id; left out where the key is a coordinate.")]
    public string? Id { get; init; }

    [Description("Exactly as sent.")]
    public required JsonObject Payload { get; init; }

    public required MemoryKind MemoryType { get; init; }

    public required double Importance { get; init; }

    [Description("Importance against the namespace's largest, 0–1.")]
    public required double ImportanceNorm { get; init; }

    [Description("How often the memory was read by its key.")]
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
