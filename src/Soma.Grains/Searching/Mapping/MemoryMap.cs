namespace Soma.Grains.Searching.Mapping;

/// <summary>The memories of a snapshot as points of a plane, where memories that mean about the same lie near each other. It never changes.</summary>
public sealed record MemoryMap
{
    /// <summary>The largest number of a point; the smallest is 0.</summary>
    public const int Side = 9_999;

    private const int BytesPerPoint = 100;

    public static MemoryMap Empty { get; } = new() { Coordinates = [], X = [], Y = [], ClusterOf = [], Clusters = [] };

    /// <summary>The newest write that the map shows.</summary>
    public long Seq { get; init; }

    /// <summary>How many memories there were. Those that are no points were left out of the sample, or have no vector.</summary>
    public int Memories { get; init; }

    /// <summary>How many of them have no vector in the space that the map is of, so that they cannot be placed.</summary>
    public int WithoutVector { get; init; }

    /// <summary>The keys of the points.</summary>
    public required Coordinate[] Coordinates { get; init; }

    public required int[] X { get; init; }

    public required int[] Y { get; init; }

    /// <summary>The place of each point's cluster in <see cref="Clusters"/>; -1: it lies apart from all of them.</summary>
    public required int[] ClusterOf { get; init; }

    /// <summary>The clusters, about in the order of their sizes.</summary>
    public required IReadOnlyList<MapCluster> Clusters { get; init; }

    /// <summary>An estimate of the memory that the map takes.</summary>
    public long Bytes => (long)BytesPerPoint * Coordinates.Length;
}

/// <summary>Points that lie together.</summary>
/// <param name="X">Their middle.</param>
/// <param name="Y">Their middle, from the top.</param>
/// <param name="Size">How many there are.</param>
/// <param name="Words">What their texts have more often than those of other clusters, the most telling first.</param>
public sealed record MapCluster(int X, int Y, int Size, IReadOnlyList<string> Words);
