using Soma.Grains.Interfaces;

namespace Soma.Grains.Tests.Wire;

// The feed, and whole namespaces.
internal static partial class WireSamples
{
    private static IEnumerable<object> Changes() =>
    [
        ChangeOps.Unlink,
        new ReadChanges
        {
            After = 17,
            Limit = 100,
            LogId = 4,
            Ops = ChangeOps.Put | ChangeOps.Link,
            Coordinate = Coordinate("1,2"),
            KeyPrefix = "@user-",
            IncludeVectors = true,
            MaxBytes = 262_144,
            Timeout = Patience,
        },
        Change(),
        new ChangesReply { Changes = [Change() with { By = null }], NextAfter = 18, HeadSeq = 20, LogId = 4, IsPlaceGone = true },
        new WaitForChange { After = 18, LogId = 4, Timeout = Patience },
        new ChangeMark(4, 19),
        new ListNamespaces { Tenant = "acme", Prefix = "sup", After = "support", Limit = 100 },
        Summary(),
        new NamespaceList([Summary()], HasMore: true),
        new DeleteNamespace { LogId = 4 },
        new ImportLines { FirstLine = 2, Lines = [Utf8("{}"), []] },
        ImportedLine(),
        new ImportedLines { Lines = [ImportedLine()], Problem = "line 3 is no JSON" },
        new GetMap { Fresh = true, Have = 17, Timeout = Patience },
        new MapReply { HeadSeq = 20, MapSeq = 19, Map = Picture(), Progress = 0.25 },
        Picture(),
        Picture().Clusters[0],
        new ExportChunk { Bytes = Utf8("{}"), IsLast = true, HeadSeq = 17, IsMissing = true },
    ];

    private static MapPicture Picture() => new()
    {
        Memories = 5,
        WithoutVector = 3,
        Coordinates = [Coordinate("1"), Coordinate("2")],
        X = [10, 9_999],
        Y = [20, 300],
        ClusterOf = [0, -1],
        Clusters = [new PictureCluster { X = 10, Y = 20, Size = 1, Words = ["kettle", "kitchen"] }],
        IsPartial = true,
    };

    private static ImportedLine ImportedLine() => new()
    {
        Operation = new DeleteLink { From = Coordinate("1"), To = Coordinate("2"), LinkType = "causes" },
        IsHeader = true,
        Rows = 17,
        Hash = "abc",
        Seq = 4,
    };

    private static NamespaceSummary Summary() => new()
    {
        Key = new NamespaceKey("acme", "support"),
        Counts = new MemoryCounts(1, 2, 3, 4),
        Bytes = 412,
        HeadSeq = 17,
        CreatedAt = new Instant(1_700_000_000_000_000),
        WrittenAt = new Instant(1_700_000_000_000_001),
    };

    private static ChangeRecord Change() => new()
    {
        Seq = 18,
        Op = ChangeOps.Put,
        Coordinate = Coordinate("1,2"),
        At = new Instant(1_700_000_000_000_001),
        Version = 3,
        Content = ContentState.Compacted,
        Type = MemoryType.Semantic,
        Importance = 0.5,
        CreatedAt = new Instant(1_700_000_000_000_000),
        ExpiresAt = new Instant(1_800_000_000_000_000),
        Payload = Utf8("""{"a":1}"""),
        Text = "indexed",
        HasBroughtVector = true,
        BroughtVector = Vector(),
        LinkTo = Coordinate("3"),
        LinkType = "causes",
        Strength = 0.75,
        Metadata = Utf8("""{"m":1}"""),
        Reason = "purged",
        By = "ci-agent (k3f9)",
    };
}
