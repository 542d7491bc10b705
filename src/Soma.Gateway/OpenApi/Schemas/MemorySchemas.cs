using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using Soma.Gateway.Answers;

namespace Soma.Gateway.OpenApi.Schemas;

internal sealed record StoreMemory
{
    [Description("1–64 comma-separated finite numbers; omitted: the server makes one.")]
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

internal sealed record StoreBatch
{
    [Description("1–1000 memories of one namespace; all are stored or none.")]
    public required StoreMemory[] Items { get; init; }

    public string? TenantId { get; init; }
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

internal sealed record DeleteMemories
{
    [Description("Which memories; not empty.")]
    public JsonObject? Filters { get; init; }

    [Description("Which coordinates; with filters too, both must hold.")]
    public string[]? Coords { get; init; }

    [Description("Counts and changes nothing.")]
    public bool? DryRun { get; init; }

    public string? TenantId { get; init; }
}
