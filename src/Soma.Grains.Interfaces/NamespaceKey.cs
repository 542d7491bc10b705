using System.Diagnostics.CodeAnalysis;

namespace Soma.Grains.Interfaces;

/// <summary>Names one namespace of one tenant, the unit of ordering, isolation and caching.</summary>
/// <remarks>Both names are 1–128 characters of <c>A-Z a-z 0-9 . _ : @ -</c>, so <c>/</c> can join them.</remarks>
[GenerateSerializer, Immutable, Alias("soma.namespace-key")]
public readonly record struct NamespaceKey([property: Id(0)] string Tenant, [property: Id(1)] string Name)
{
    /// <summary>Longest tenant or namespace name, in characters.</summary>
    public const int MaxNameLength = 128;

    /// <summary>Keeps grain storage from reading a name as a number: <c>b1</c>, <c>B1</c> and <c>0b1</c> would share one row.</summary>
    public const string Prefix = "n/";

    /// <summary>The key of the grain that owns this namespace: <c>n/{tenant}/{name}</c>.</summary>
    public string ToGrainKey() => $"{Prefix}{Tenant}/{Name}";

    public static NamespaceKey FromGrainKey(string grainKey)
    {
        var slash = grainKey.IndexOf('/', Prefix.Length);
        return grainKey.StartsWith(Prefix, StringComparison.Ordinal) && slash > 0
            ? new NamespaceKey(grainKey[Prefix.Length..slash], grainKey[(slash + 1)..])
            : throw new ArgumentException($"'{grainKey}' is not the key of a namespace grain.", nameof(grainKey));
    }

    /// <summary>Whether <paramref name="name"/> may name a tenant or a namespace.</summary>
    public static bool IsValidName([NotNullWhen(true)] string? name) =>
        name is { Length: > 0 and <= MaxNameLength } && name.All(IsNameCharacter);

    public override string ToString() => $"{Tenant}/{Name}";

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '@' or '-';
}

/// <summary>An operator's settings for a namespace. They are small and rarely written, so Orleans grain storage keeps them.</summary>
[GenerateSerializer, Immutable, Alias("soma.namespace-settings")]
public sealed record NamespaceSettings
{
    /// <summary>
    /// Payload fields that may name the sequence (conversation, session, thread) that a memory belongs to. The first field that
    /// is present counts. Memories of one sequence lend each other context in a search.
    /// </summary>
    [Id(0)] public string[] SequenceFields { get; set; } = DefaultSequenceFields;

    /// <summary>Which models embed the texts: <c>builtin</c>, <c>fast</c> or <c>none</c>; null: those of the process.</summary>
    [Id(1)] public string? Embedder { get; set; }

    /// <summary>
    /// The space of the vectors that callers bring. With <c>all-minilm-l6-v2</c> a brought vector replaces that of the memory's
    /// text; null: brought vectors have a space of their own.
    /// </summary>
    [Id(2)] public string? BroughtSpace { get; set; }

    /// <summary>After how many days the preference for newer memories has halved, in searches that give it weight. Above 0.</summary>
    [Id(3)] public double RecencyHalfLifeDays { get; set; } = DefaultRecencyHalfLifeDays;

    /// <summary>The payload's fields that are indexed for words beside its text; null: all.</summary>
    [Id(4)] public string[]? SearchFields { get; set; }

    /// <summary>Fields of the payload that are not indexed for words beside its text.</summary>
    [Id(5)] public string[] IgnoreFields { get; set; } = [];

    /// <summary>How relevance is told by the cosines of an embedder of the namespace's own; null: it rests on the words alone.</summary>
    [Id(6)] public RelevanceCurve? Relevance { get; set; }

    /// <summary>How often the choice of indexed fields was changed. What was indexed by an earlier choice is told by it. The silo counts; no client sees it.</summary>
    [Id(7)] public int FieldsRevision { get; set; }

    /// <summary>
    /// For how many days the content of superseded versions (replaced, deleted or expired) is kept; null: <see cref="DefaultRetentionDays"/>;
    /// <see cref="RetainedForEver"/>: always. With 0 it goes at the next compaction.
    /// </summary>
    [Id(8)] public double? RetentionDays { get; set; }

    /// <summary>How many of the newest versions of a memory that exists keep their content, however old they are; null: <see cref="DefaultKeptVersions"/>.</summary>
    [Id(9)] public int? KeepVersions { get; set; }

    /// <summary>After how many seconds a memory expires that was stored without an expiry of its own; null: never.</summary>
    [Id(13)] public double? TtlSeconds { get; set; }

    /// <summary>How many memories the namespace keeps at most; null: there is no bound.</summary>
    [Id(14)] public long? MaxMemories { get; set; }

    /// <summary>How many bytes of payloads, given texts and brought vectors the namespace keeps at most; null: there is no bound.</summary>
    [Id(15)] public long? MaxBytes { get; set; }

    /// <summary>Which memory goes first when a bound is reached: one of <see cref="EvictionRules"/>; null: the oldest.</summary>
    [Id(16)] public string? Evict { get; set; }

    /// <summary>After how many days without access the importance of a memory has halved, for ranking and eviction; null: it does not fade.</summary>
    [Id(17)] public double? HalfLifeDays { get; set; }

    /// <summary>Whether memories are being evicted because a bound was lowered. The silo says so; what a client sends is ignored.</summary>
    [Id(18)] public bool IsEvicting { get; set; }

    /// <summary>How many memories the namespace may hold: a write beyond is refused; null: there is no quota.</summary>
    [Id(19)] public long? QuotaMemories { get; set; }

    /// <summary>How many bytes of payloads, given texts and brought vectors it may hold; null: there is no quota.</summary>
    [Id(20)] public long? QuotaBytes { get; set; }

    public const double DefaultRetentionDays = 30;

    public const double RetainedForEver = 36_500;

    public const int DefaultKeptVersions = 10;

    public const int MostKeptVersions = 1_000;

    public const double DefaultRecencyHalfLifeDays = 30;

    public static string[] DefaultSequenceFields { get; } = ["session_id", "conversation_id", "thread_id"];

    /// <summary>Whether all fields are indexed, and always were. Settings that an older version kept have no list of ignored fields.</summary>
    public bool HasAllFields() => SearchFields is null && IgnoreFields is not { Length: > 0 } && FieldsRevision == 0;

    /// <summary>Whether the same fields are indexed for words.</summary>
    public bool HasFieldsOf(NamespaceSettings other) =>
        (SearchFields is null) == (other.SearchFields is null)
        && (SearchFields ?? []).SequenceEqual(other.SearchFields ?? [])
        && (IgnoreFields ?? []).SequenceEqual(other.IgnoreFields ?? []);

    /// <summary>These settings as the next ones after <paramref name="before"/>.</summary>
    public NamespaceSettings After(NamespaceSettings before) =>
        this with { FieldsRevision = before.FieldsRevision + (HasFieldsOf(before) ? 0 : 1) };
}

/// <summary>The names of the rules by which a full namespace chooses the memory that goes. They are stored and shown.</summary>
public static class EvictionRules
{
    /// <summary>The memory whose latest write is the oldest.</summary>
    public const string Oldest = "oldest";

    /// <summary>The memory of the least importance, as it has faded until now.</summary>
    public const string LeastImportant = "least_important";

    /// <summary>The memory that was read the fewest times.</summary>
    public const string LeastUsed = "least_used";
}

/// <summary>The chance that a memory has to do with a query: 1 / (1 + exp(threshold − per cosine × cosine − per cover × cover)).</summary>
/// <remarks>It was fitted to the cosines of one embedding space, and says nothing about those of another one.</remarks>
[GenerateSerializer, Immutable, Alias("soma.relevance-curve")]
public sealed record RelevanceCurve
{
    /// <summary>The name of the space to whose cosines it was fitted.</summary>
    [Id(0)] public string Space { get; set; } = "";

    [Id(1)] public double Threshold { get; set; }

    [Id(2)] public double PerCosine { get; set; }

    [Id(3)] public double PerCover { get; set; }

    /// <summary>The relevance, 0–1.</summary>
    /// <param name="cosine">Cosine of the query's and the memory's vectors in <see cref="Space"/>.</param>
    /// <param name="cover">The share of the query's words that stand in the memory or near it, 0–1.</param>
    public double Of(double cosine, double cover) => 1 / (1 + Math.Exp(Threshold - (PerCosine * cosine) - (PerCover * cover)));
}
