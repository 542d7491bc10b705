using System.ComponentModel;
using System.Text.Json.Nodes;

namespace Soma.Gateway.OpenApi.Schemas;

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

    public required string LinkType { get; init; }

    public required double Strength { get; init; }

    public required JsonObject Metadata { get; init; }

    public required int Hops { get; init; }
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
