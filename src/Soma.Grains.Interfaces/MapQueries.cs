namespace Soma.Grains.Interfaces;

/// <summary>Asks for the map of a namespace's vectors.</summary>
[GenerateSerializer, Immutable, Alias("soma.get-map")]
public sealed record GetMap
{
    /// <summary>Whether a newer map is made after a single write; else only after many.</summary>
    [Id(0)] public bool Fresh { get; set; }

    /// <summary>The seq of the map that the caller has. If there is no newer one, the reply has none.</summary>
    [Id(1)] public long? Have { get; set; }

    [Id(2)] public required TimeSpan Timeout { get; set; }
}

/// <summary>The map that there is, and whether another one is being made.</summary>
[GenerateSerializer, Immutable, Alias("soma.map-reply")]
public sealed record MapReply
{
    [Id(0)] public required long HeadSeq { get; init; }

    /// <summary>The newest write that the map shows; null: there is no map yet.</summary>
    [Id(1)] public long? MapSeq { get; init; }

    /// <summary>Null: there is none yet, or the caller has it.</summary>
    [Id(2)] public MapPicture? Map { get; init; }

    /// <summary>How much of the next map is done, from 0 to 1; null: none is being made.</summary>
    [Id(3)] public double? Progress { get; init; }
}

/// <summary>Memories as points of a plane. The arrays have one member for each point.</summary>
[GenerateSerializer, Immutable, Alias("soma.map-picture")]
public sealed record MapPicture
{
    /// <summary>How many memories there were. If there are more than points, the others have no vector, or are not in the sample.</summary>
    [Id(0)] public required int Memories { get; init; }

    /// <summary>How many of them have no vector.</summary>
    [Id(1)] public required int WithoutVector { get; init; }

    [Id(2)] public required Coordinate[] Coordinates { get; init; }

    /// <summary>0–9999.</summary>
    [Id(3)] public required int[] X { get; init; }

    /// <summary>0–9999.</summary>
    [Id(4)] public required int[] Y { get; init; }

    /// <summary>The place of each point's cluster among <see cref="Clusters"/>; -1: it lies apart.</summary>
    [Id(5)] public required int[] ClusterOf { get; init; }

    [Id(6)] public required PictureCluster[] Clusters { get; init; }

    /// <summary>Whether the silo could hold only a part of the namespace, so that the others are missing.</summary>
    [Id(7)] public bool IsPartial { get; init; }
}

/// <summary>Points of a map that lie together: their middle, their number, and words that tell them from the others.</summary>
[GenerateSerializer, Immutable, Alias("soma.picture-cluster")]
public sealed record PictureCluster
{
    [Id(0)] public required int X { get; init; }

    [Id(1)] public required int Y { get; init; }

    [Id(2)] public required int Size { get; init; }

    [Id(3)] public required string[] Words { get; init; }
}
