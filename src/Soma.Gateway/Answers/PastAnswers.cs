namespace Soma.Gateway.Answers;

// The names of operations and of what is left of a version. These are no doc comments, because the OpenAPI document would repeat them at
// each use.
[JsonConverter(typeof(JsonStringEnumConverter<WriteKind>))]
internal enum WriteKind
{
    [JsonStringEnumMemberName("put")]
    Put,

    [JsonStringEnumMemberName("delete")]
    Delete,
}

[JsonConverter(typeof(JsonStringEnumConverter<ContentLeft>))]
internal enum ContentLeft
{
    [JsonStringEnumMemberName("kept")]
    Kept,

    [JsonStringEnumMemberName("compacted")]
    Compacted,

    [JsonStringEnumMemberName("purged")]
    Purged,
}

internal static class ContentStates
{
    public static ContentLeft ToAnswer(this ContentState state) => state switch
    {
        ContentState.Compacted => ContentLeft.Compacted,
        ContentState.Purged => ContentLeft.Purged,
        _ => ContentLeft.Kept,
    };
}

internal sealed record MemoryVersion
{
    public required long Seq { get; init; }

    [Description("Of a delete: the version that it ended.")]
    public required long Version { get; init; }

    public required WriteKind Op { get; init; }

    public required Instant At { get; init; }

    [Description("Who wrote: root, the name and id of an access key, the subject of a token, or soma.")]
    public required string By { get; init; }

    [Description("Why the memory was deleted; absent: a client deleted it.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    [Description("Whether the version's content is still there; absent for a delete.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ContentLeft? Content { get; init; }

    [Description("Exactly as sent; absent if it is gone.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RawJson? Payload { get; init; }

    [Description("The text that was given to be indexed instead of the payload's.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }

    public required MemoryKind MemoryType { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Importance { get; init; }

    public required Instant CreatedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Instant? ExpiresAt { get; init; }

    [Description("Whether the version has a vector that its client brought; absent if not.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? HasEmbedding { get; init; }

    public static MemoryVersion From(HistoryEntry entry) => new()
    {
        Seq = entry.Seq,
        Version = entry.Version,
        Op = entry.IsDelete ? WriteKind.Delete : WriteKind.Put,
        At = entry.At,
        By = entry.By ?? Writers.Root,
        Reason = entry.Reason,
        Content = entry.IsDelete ? null : entry.Content.ToAnswer(),
        Payload = entry.Payload is { } payload ? new RawJson(payload) : null,
        Text = entry.Text,
        MemoryType = entry.Type.ToKind(),
        Importance = entry.IsDelete ? null : entry.Importance,
        CreatedAt = entry.CreatedAt,
        ExpiresAt = entry.ExpiresAt,
        HasEmbedding = entry.HasBroughtVector ? true : null,
    };
}

internal sealed record RewoundNamespace(
    string Name,
    [property: Description("The seq of the moment to which the namespace went back.")] long AsOf,
    [property: Description("Memories stored as they were.")] long Stored,
    [property: Description("Memories deleted because they did not exist then.")] long Deleted,
    [property: Description("Links made as they were.")] long Linked,
    [property: Description("Links removed; those that a deleted memory took with it are not counted.")] long Unlinked);

[JsonConverter(typeof(JsonStringEnumConverter<DifferenceKind>))]
internal enum DifferenceKind
{
    [JsonStringEnumMemberName("added")]
    Added,

    [JsonStringEnumMemberName("removed")]
    Removed,

    [JsonStringEnumMemberName("changed")]
    Changed,
}

internal sealed record VersionName(long Seq, long Version);

internal sealed record ChangedMemory(
    string Coord,
    DifferenceKind Change,
    [property: Description("The earlier version; null if the memory was added.")] VersionName? From,
    [property: Description("The later version; null if the memory was removed.")] VersionName? To)
{
    public static ChangedMemory Of(StateChange change) => new(
        change.Coordinate.Text,
        change.From is null ? DifferenceKind.Added : change.To is null ? DifferenceKind.Removed : DifferenceKind.Changed,
        change.From is { } from ? new VersionName(from.Seq, from.Version) : null,
        change.To is { } to ? new VersionName(to.Seq, to.Version) : null);
}

internal sealed record StateDifferences
{
    [Description("The seq of the earlier state.")]
    public required long FromSeq { get; init; }

    [Description("The seq of the later state.")]
    public required long ToSeq { get; init; }

    [Description("Ordered by key.")]
    public required ChangedMemory[] Changes { get; init; }

    [Description("Where the next page starts; null on the last. A page before it may be empty.")]
    public required string? NextCursor { get; init; }

    public static Answer<StateDifferences> ToAnswer(DiffReply reply) => Answer<StateDifferences>.Of(
        new StateDifferences
        {
            FromSeq = reply.From.Seq ?? 0,
            ToSeq = reply.To.Seq ?? 0,
            Changes = [.. reply.Changes.Select(ChangedMemory.Of)],
            NextCursor = reply.NextCursor,
        },
        400L * reply.Changes.Length);
}

internal sealed record MemoryHistory
{
    [Description("Newest first; deletes are entries too.")]
    public required MemoryVersion[] Versions { get; init; }

    [Description("Where the next page starts; null on the last.")]
    public required string? NextCursor { get; init; }

    public static Answer<MemoryHistory> ToAnswer(HistoryReply reply) => Answer<MemoryHistory>.Of(
        new MemoryHistory { Versions = [.. reply.Versions.Select(MemoryVersion.From)], NextCursor = reply.NextCursor },
        reply.Versions.Sum(version => 400L + (version.Payload?.Length ?? 0) + (version.Text?.Length ?? 0)));
}
