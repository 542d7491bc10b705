using System.ComponentModel;
using System.Text.Json.Nodes;

namespace Soma.Gateway.OpenApi.Schemas;

internal sealed record LinkKeys
{
    public required string FromCoord { get; init; }

    public required string ToCoord { get; init; }

    [Description("Default related.")]
    public string? LinkType { get; init; }

    public string? TenantId { get; init; }
}

internal sealed record StoreLink
{
    public required string FromCoord { get; init; }

    public required string ToCoord { get; init; }

    [Description("1–128 characters, default related.")]
    public string? LinkType { get; init; }

    [Description("0 or more, default 1; the cost of the link to weighted paths.")]
    public double? Strength { get; init; }

    public JsonObject? Metadata { get; init; }

    public string? TenantId { get; init; }
}
