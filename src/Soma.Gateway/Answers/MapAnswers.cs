namespace Soma.Gateway.Answers;

internal sealed record NamespaceMap
{
    // The key of a point, its three numbers and what stands between them.
    private const int BytesPerPoint = 40;

    public required string Name { get; init; }

    [Description("The seq of the newest write.")]
    public required long HeadSeq { get; init; }

    [Description("The seq of the newest write that the map shows; null with 202: there is no map yet.")]
    public required long? MapSeq { get; init; }

    [Description("Whether a newer map is being made.")]
    public required bool Making { get; init; }

    [Description("How much of it is done, from 0 to 1; null: none is being made.")]
    public required double? Progress { get; init; }

    [Description("null: there is none yet, or the client has it (have_seq).")]
    public required PointMap? Map { get; init; }

    public static Answer<NamespaceMap> ToAnswer(string name, MapReply reply) => Answer<NamespaceMap>.Of(
        new NamespaceMap
        {
            Name = name,
            HeadSeq = reply.HeadSeq,
            MapSeq = reply.MapSeq,
            Making = reply.Progress is not null,
            Progress = reply.Progress is { } done ? Math.Round(done, 3) : null,
            Map = reply.Map is { } picture ? PointMap.Of(picture) : null,
        },
        (long)BytesPerPoint * (reply.Map?.Coordinates.Length ?? 0),
        reply.MapSeq is null ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
}

internal sealed record PointMap
{
    [Description("How many memories there were.")]
    public required int Memories { get; init; }

    [Description("How many of them are points: of more than 100,000 a sample.")]
    public required int Shown { get; init; }

    [Description("How many have no vector, and so no place.")]
    public required int WithoutVector { get; init; }

    [Description("Whether the silo could hold only a part of the namespace (SOMA_MEMORY_BUDGET_MB); the others are missing.")]
    public required bool Partial { get; init; }

    public required MapCluster[] Clusters { get; init; }

    [Description("The key of each point.")]
    public required string[] Coords { get; init; }

    [Description("From 0 to 9999, from the left.")]
    public required int[] X { get; init; }

    [Description("From 0 to 9999, from the top.")]
    public required int[] Y { get; init; }

    [Description("The place of each point's cluster in clusters; -1: it lies apart.")]
    public required int[] Cluster { get; init; }

    public static PointMap Of(MapPicture picture) => new()
    {
        Memories = picture.Memories,
        Shown = picture.Coordinates.Length,
        WithoutVector = picture.WithoutVector,
        Partial = picture.IsPartial,
        Clusters = [.. picture.Clusters.Select(cluster => new MapCluster(cluster.X, cluster.Y, cluster.Size, cluster.Words))],
        Coords = [.. picture.Coordinates.Select(coordinate => coordinate.Text)],
        X = picture.X,
        Y = picture.Y,
        Cluster = picture.ClusterOf,
    };
}

internal sealed record MapCluster(
    [property: Description("The middle of its points.")] int X,
    [property: Description("The middle of its points.")] int Y,
    [property: Description("How many points it has.")] int Size,
    [property: Description("Words that its memories have more often than the others, the most telling first.")] string[] Words);
