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

internal sealed record NeighborLink
{
    public required string Coord { get; init; }

    public required double[] Coordinate { get; init; }

    [Description("The id; left out where the key is a coordinate.")]
    public string? Id { get; init; }

    public required string LinkType { get; init; }

    public required double Strength { get; init; }

    public required JsonObject Metadata { get; init; }

    public required int Hops { get; init; }

    /// <summary>Which way the link points, seen from <c>via</c>: out or in.</summary>
    public string? Direction { get; init; }

    /// <summary>The link's other end, one hop nearer to the start.</summary>
    public string? Via { get; init; }
}

internal sealed record NeighborLinks
{
    public required string Coord { get; init; }

    public required NeighborLink[] Neighbors { get; init; }

    [Description("Present where the walk stopped at its bound.")]
    public bool? Truncated { get; init; }
}

internal sealed record FoundPath
{
    public required string FromCoord { get; init; }

    public required string ToCoord { get; init; }

    public required string[] Path { get; init; }

    public required string[] LinkTypes { get; init; }

    public required bool Found { get; init; }

    [Description("Present where the walk stopped at its bound: a path may still exist.")]
    public bool? Truncated { get; init; }
}
