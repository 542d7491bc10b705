using Soma.Grains.Interfaces;

namespace Soma.Grains.Tests.Wire;

/// <summary>One value of each wire type, every member set.</summary>
/// <remarks>
/// A value here never changes: bytes that earlier versions wrote are compared with it. A new member is set in the sample of its
/// type, and the bytes as they are then join the older ones.
/// </remarks>
internal static partial class WireSamples
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(9_500);

    public static IReadOnlyList<object> All { get; } =
    [
        Coordinate("1,2.5"),
        new Instant(1_700_000_000_123_456),
        new NamespaceKey("acme", "support"),
        new Expiry { At = new Instant(1_800_000_000_000_001), After = TimeSpan.FromSeconds(90), IsNever = true },
        new Precondition { Seq = 17, MustExist = true, MustNotExist = true },
        Key() with { Age = Patience },
        Rejection(),
        WriteOutcome.Unknown,
        SearchMode.Keyword,
        MemoryType.Belief,
        LinkDirection.Both,
        ListOrder.Importance,
        ContentState.Purged,
        AnswerKind.Unlink,
        SimilarAction.Replace,
        new OnSimilar { MinScore = 0.9, Do = SimilarAction.Skip },
        .. Writes(),
        .. Reads(),
        .. Changes(),
        .. Searches(),
        .. Links(),
        .. Pasts(),
        .. Systems(),
        .. Keys(),
        new OverloadedException("the queue is full") { OfSearches = true },
        new StoreUnavailableException("the store is away", new TimeoutException("no answer")) { Loss = "seq 17 was acknowledged" },
        new IndexIncompleteException("still loading"),
        new ReplacedException("another owner"),
        new DeadlinePassedException("too late"),
        new OutcomeUnknownException("nobody knows"),
    ];

    private static IEnumerable<object> Writes() =>
    [
        Put() with { IsKeyNew = true, OnSimilar = new OnSimilar { MinScore = 0.8, Do = SimilarAction.Link } },
        new PatchMemory
        {
            Coordinate = Coordinate("4"),
            PayloadPatch = Utf8("""{"b":null}"""),
            Importance = 0.25,
            ChangesExpiry = true,
            Expiry = new Expiry { At = new Instant(6), After = TimeSpan.FromSeconds(6) },
            Condition = new Precondition { MustExist = true },
            Type = MemoryType.Semantic,
            ChangesText = true,
            Text = "what is indexed",
            ChangesVector = true,
            BroughtVector = Vector(),
        },
        new RevertMemory { Coordinate = Coordinate("18"), Version = 3, AsOf = Moment(), Condition = new Precondition { Seq = 8 } },
        new DeleteMemory { Coordinate = Coordinate("5"), Purge = true, Condition = new Precondition { Seq = 9 } },
        new PutLink { From = Coordinate("6"), To = Coordinate("7"), LinkType = "causes", Strength = 0.75, Metadata = Utf8("""{"m":1}""") },
        new DeleteLink { From = Coordinate("8"), To = Coordinate("9"), LinkType = "related" },
        new WriteCommand
        {
            Operations = [Put(), new DeleteMemory { Coordinate = Coordinate("10") }],
            Answer = AnswerKind.StoreBatch,
            Key = Key(),
            Timeout = Patience,
            Bytes = 4096,
            By = "ci-agent (k3f9)",
            Limits = Limits(),
        },
        new WriteReply { Status = 200, Body = Utf8("""{"ok":true}"""), Seq = 42, ETag = 41, Rejection = Rejection() },
        new DeleteMany
        {
            Filter = Utf8("""{"a":1}"""), Coordinates = [Coordinate("11"), Coordinate("12")], DryRun = true, Key = Key(), Timeout = Patience, By = "ci-agent (k3f9)",
        },
        new DeleteManyReply { Deleted = 1500, Complete = true, HeadSeq = 2500, Rejection = Rejection() },
    ];

    private static IEnumerable<object> Reads() =>
    [
        Memory(),
        new GetMemory { Coordinate = Coordinate("13"), Timeout = Patience, AsOf = Moment() },
        new GetMemoryReply { Memory = Memory(), HeadSeq = 77, Rejection = Rejection(), PastSeq = 70 },
        new ListMemories
        {
            Limit = 20,
            Cursor = "cursor-1",
            Type = MemoryType.Semantic,
            Filter = Utf8("""{"c":{"$gt":2}}"""),
            Order = ListOrder.Created,
            Descending = true,
            Timeout = Patience,
            Box = new CoordinateBox(Coordinate("0,0"), Coordinate("5,5")),
            AsOf = Moment(),
        },
        new CoordinateBox(Coordinate("1,2"), Coordinate("3,4")),
        new ListReply { Memories = [Memory()], NextCursor = "cursor-2", HeadSeq = 78, CursorInvalid = true, Rejection = Rejection(), PastSeq = 71 },
        new NamespaceSettings
        {
            SequenceFields = ["room"], Embedder = "fast", BroughtSpace = "all-minilm-l6-v2", RecencyHalfLifeDays = 7.5, SearchFields = ["code"], IgnoreFields = ["raw"], Relevance = Curve(), FieldsRevision = 3,
            RetentionDays = 7.25, KeepVersions = 4,
            TtlSeconds = 90, MaxMemories = 1_000, MaxBytes = 1 << 20, QuotaMemories = 2_000, QuotaBytes = 1 << 21, Evict = EvictionRules.LeastUsed, HalfLifeDays = 2.5, IsEvicting = true,
        },
        Curve(),
        new Moment { Seq = 12, At = new Instant(1_700_000_000_000_003) },
        new ForkNamespace { To = "copy", AsOf = new Moment { Seq = 13, At = new Instant(4) }, History = true, Key = Key() },
        new ForkReply { Seq = 14, Memories = 15, Links = 16, Rejection = Rejection() },
    ];

    private static IEnumerable<object> Searches() =>
    [
        new SearchMemories
        {
            Query = "blue whale",
            Vector = Vector(),
            TopK = 7,
            Offset = 3,
            Filter = Utf8("""{"d":true}"""),
            Type = MemoryType.Belief,
            Mode = SearchMode.Vector,
            MinScore = 0.125,
            Explain = true,
            IncludeVector = true,
            Timeout = Patience,
            Accurate = true,
            Exact = true,
            RecencyWeight = 0.25,
            ImportanceWeight = 0.5,
            MaxTokens = 2000,
            OmitPayload = true,
            MinRelevance = 0.375,
            RecencyField = "payload.said_at",
            Expand = Expansion(),
            AsOf = Moment(),
        },
        Expansion(),
        new SearchReply { Hits = [Hit()], Degraded = true, Refining = 6, HeadSeq = 79, Truncated = true, Rejection = Rejection(), PastSeq = 72 },
        Hit() with { Relevance = 0.625 },
        // Inside other samples it stays as it first was, so that their older bytes still mean the same.
        Explanation() with { Recency = 0.875, Importance = 0.1875, Speaker = 0.0625, Phrase = 0.3125, Coverage = 0.5, Trust = 0.25, RelevanceCosine = 0.75, RelevanceCover = 0.875, TextSpace = "folder:own:1", RelevanceByTable = 0.375, Linked = 0.4375 },
    ];

    private static IEnumerable<object> Links() =>
    [
        new GetNeighbors
        {
            Coordinate = Coordinate("14"), Hops = 2, Limit = 30, Offset = 4, LinkType = "causes", Direction = LinkDirection.In, Timeout = Patience, AsOf = Moment(),
        },
        Neighbor(),
        // As it was first written: the bytes recorded of the whole reply must go on meaning the same.
        new NeighborsReply { Neighbors = [Neighbor() with { Direction = null, Via = null }], HeadSeq = 80, Truncated = true, Rejection = Rejection(), PastSeq = 73 },
        new FindPath { From = Coordinate("15"), To = Coordinate("16"), MaxLength = 5, LinkType = "part", Weighted = true, Timeout = Patience, AsOf = Moment() },
        new PathReply { Path = [Coordinate("15"), Coordinate("16")], LinkTypes = ["part"], HeadSeq = 81, Truncated = true, Rejection = Rejection(), PastSeq = 74 },
    ];

    private static IEnumerable<object> Pasts() =>
    [
        new GetHistory { Coordinate = Coordinate("17"), Limit = 5, Cursor = "12", Timeout = Patience },
        new HistoryReply { Versions = [Entry() with { By = null }], NextCursor = "11", HeadSeq = 82, CursorInvalid = true },
        Entry(),
        new Rewind { AsOf = Moment(), DryRun = true, Key = Key(), Timeout = Patience, By = "ci-agent (k3f9)", Limits = Limits() },
        new RewindReply { Stored = 1, Deleted = 2, Linked = 3, Unlinked = 4, Complete = true, HeadSeq = 83, Rejection = Rejection(), PastSeq = 75 },
        new DiffStates
        {
            From = Moment(), To = Moment(), Other = new NamespaceKey("acme", "fork"), Cursor = "cursor-3", Limit = 6, Timeout = Patience, WithHashes = true, After = Coordinate("19"),
        },
        new DiffReply
        {
            Changes = [Difference()], NextCursor = "cursor-4", HeadSeq = 84, CursorInvalid = true, Rejection = Rejection(), From = Moment(), To = Moment(), IsLast = true,
        },
        Difference(),
        new StateVersion(85, 5),
    ];

    private static StateChange Difference() => new()
    {
        Coordinate = Coordinate("20"),
        From = new StateVersion(86, 6),
        To = new StateVersion(87, 7),
        Hash = [1, 2, 3],
    };

    private static Moment Moment() => new() { Seq = 69, At = new Instant(1_700_000_000_000_069) };

    private static HistoryEntry Entry() => new()
    {
        Seq = 60,
        Version = 4,
        IsDelete = true,
        At = new Instant(61),
        Reason = "evicted",
        By = "ci-agent (k3f9)",
        Content = ContentState.Compacted,
        Payload = Utf8("""{"g":1}"""),
        Text = "indexed",
        Type = MemoryType.Belief,
        Importance = 1.25,
        CreatedAt = new Instant(62),
        ExpiresAt = new Instant(63),
        HasBroughtVector = true,
    };

    private static PutMemory Put() => new()
    {
        Coordinate = Coordinate("3,-1"),
        Payload = Utf8("""{"b":"ü"}"""),
        Type = MemoryType.Semantic,
        Importance = 2.5,
        Text = "what to index",
        BroughtVector = Vector(),
        Expiry = new Expiry { After = TimeSpan.FromDays(1) },
        Condition = new Precondition { MustNotExist = true },
    };

    private static MemoryRecord Memory() => new()
    {
        Coordinate = Coordinate("0.1,200"),
        Payload = Utf8("""{"e":[1,2]}"""),
        Type = MemoryType.Belief,
        Importance = 3.5,
        ImportanceNorm = 0.5,
        AccessCount = 12,
        CreatedAt = new Instant(1_700_000_000_000_001),
        UpdatedAt = new Instant(1_700_000_000_000_002),
        ExpiresAt = new Instant(1_900_000_000_000_003),
        Version = 4,
        Seq = 33,
        EmbeddingSource = "precomputed",
        BroughtVector = Vector(),
    };

    private static SearchHit Hit() => new() { Memory = Memory(), Score = 0.875, Explanation = Explanation() };

    private static RelevanceCurve Curve() => new() { Space = "folder:own:1", Threshold = 4.5, PerCosine = 6.25, PerCover = 7.75 };

    private static SearchExpansion Expansion() => new() { Hops = 2, LinkTypes = ["causes", "part_of"] };

    private static ScoreExplanation Explanation() => new()
    {
        Keyword = 7.5,
        KeywordNormalised = 0.75,
        Text = 0.5,
        TextNormalised = 0.625,
        Brought = -0.25,
        BroughtNormalised = 0.375,
        Context = 0.0625,
    };

    private static Neighbor Neighbor() => new()
    {
        Coordinate = Coordinate("17"),
        LinkType = "causes",
        Strength = 1.25,
        Metadata = Utf8("""{"n":2}"""),
        Hops = 2,
        Direction = LinkDirection.In,
        Via = Coordinate("16"),
    };

    private static IdempotencyKey Key() => new() { Value = "c:order-1", RequestHash = [1, 2, 3, 255], Attempt = 3 };

    private static Rejection Rejection() => new() { Status = 412, Detail = "If-Match failed", FailedItems = [0, 2] };

    private static Coordinate Coordinate(string text) =>
        Interfaces.Coordinate.TryParse(text, out var coordinate) ? coordinate : throw new ArgumentException(text);

    private static byte[] Utf8(string json) => System.Text.Encoding.UTF8.GetBytes(json);

    // Of its own each time: one array in two places would travel once, and once as a reference.
    private static byte[] Vector() => [0, 0, 128, 63, 0, 0, 0, 192];
}
