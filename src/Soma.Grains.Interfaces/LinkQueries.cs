namespace Soma.Grains.Interfaces;

/// <summary>In which direction links are followed.</summary>
[GenerateSerializer, Alias("soma.link-direction")]
public enum LinkDirection
{
    Out = 0,
    In = 1,
    Both = 2,
}

/// <summary>Asks for the keys that can be reached from a key within some hops.</summary>
[GenerateSerializer, Immutable, Alias("soma.get-neighbors")]
public sealed record GetNeighbors
{
    [Id(0)] public required Coordinate Coordinate { get; set; }

    /// <summary>1–5.</summary>
    [Id(1)] public int Hops { get; set; } = 1;

    [Id(2)] public int Limit { get; set; } = 10;

    [Id(3)] public int Offset { get; set; }

    [Id(4)] public string? LinkType { get; set; }

    [Id(5)] public LinkDirection Direction { get; set; }

    [Id(6)] public required TimeSpan Timeout { get; set; }

    /// <summary>The moment whose links are followed; null: the present.</summary>
    [Id(7)] public Moment? AsOf { get; set; }
}

/// <summary>A key that a link reaches. If several links reach the same key, it is returned once for each of them.</summary>
[GenerateSerializer, Immutable, Alias("soma.neighbor")]
public sealed record Neighbor
{
    [Id(0)] public required Coordinate Coordinate { get; init; }

    [Id(1)] public required string LinkType { get; init; }

    [Id(2)] public required double Strength { get; init; }

    [Id(3)] public byte[]? Metadata { get; init; }

    [Id(4)] public required int Hops { get; init; }

    /// <summary>Which way the link points, seen from <see cref="Via"/>; null from silos of earlier versions.</summary>
    [Id(5)] public LinkDirection? Direction { get; init; }

    /// <summary>The link's other end, one hop nearer to where the walk began; null from silos of earlier versions.</summary>
    [Id(6)] public Coordinate? Via { get; init; }
}

/// <summary>The answer to <see cref="GetNeighbors"/>: fewest hops first, then the stronger links, then by key.</summary>
[GenerateSerializer, Immutable, Alias("soma.neighbors-reply")]
public sealed record NeighborsReply
{
    [Id(0)] public required Neighbor[] Neighbors { get; init; }

    [Id(1)] public required long HeadSeq { get; init; }

    /// <summary>Whether the walk stopped at its limit of visited links, so that more keys may be reachable.</summary>
    [Id(2)] public bool Truncated { get; init; }

    /// <summary>Why the moment that was asked for cannot be read; null: it was.</summary>
    [Id(3)] public Rejection? Rejection { get; init; }

    /// <summary>The seq of the moment that was read; null: the answer is of the present. Silos of earlier versions know only that.</summary>
    [Id(4)] public long? PastSeq { get; init; }
}

/// <summary>Asks for a path between two coordinates along the direction of the links.</summary>
[GenerateSerializer, Immutable, Alias("soma.find-path")]
public sealed record FindPath
{
    [Id(0)] public required Coordinate From { get; set; }

    [Id(1)] public required Coordinate To { get; set; }

    /// <summary>Most nodes on the path, both ends counted.</summary>
    [Id(2)] public int MaxLength { get; set; } = 10;

    [Id(3)] public string? LinkType { get; set; }

    /// <summary>Whether the path of least total strength wins (strength as cost) instead of the one of fewest hops.</summary>
    [Id(4)] public bool Weighted { get; set; }

    [Id(5)] public required TimeSpan Timeout { get; set; }

    /// <summary>The moment whose links are followed; null: the present.</summary>
    [Id(6)] public Moment? AsOf { get; set; }
}

/// <summary>The answer to <see cref="FindPath"/>.</summary>
[GenerateSerializer, Immutable, Alias("soma.path-reply")]
public sealed record PathReply
{
    /// <summary>The nodes from end to end; empty: none found.</summary>
    [Id(0)] public required Coordinate[] Path { get; init; }

    /// <summary>The type of each link walked; one fewer than <see cref="Path"/>.</summary>
    [Id(1)] public required string[] LinkTypes { get; init; }

    [Id(2)] public required long HeadSeq { get; init; }

    /// <summary>Whether the walk stopped at its limit of visited links, so that a path may exist although none was found.</summary>
    [Id(3)] public bool Truncated { get; init; }

    /// <summary>Why the moment that was asked for cannot be read; null: it was.</summary>
    [Id(4)] public Rejection? Rejection { get; init; }

    /// <summary>The seq of the moment that was read; null: the answer is of the present. Silos of earlier versions know only that.</summary>
    [Id(5)] public long? PastSeq { get; init; }
}
