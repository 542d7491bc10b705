namespace Soma.Gateway.Answers;

// This type has no doc comment, because the OpenAPI document would repeat it at each use.
[JsonConverter(typeof(JsonStringEnumConverter<ChangeKind>))]
internal enum ChangeKind
{
    [JsonStringEnumMemberName("put")]
    Put,

    [JsonStringEnumMemberName("delete")]
    Delete,

    [JsonStringEnumMemberName("link")]
    Link,

    [JsonStringEnumMemberName("unlink")]
    Unlink,
}

internal sealed record Change
{
    public required long Seq { get; init; }

    public required ChangeKind Op { get; init; }

    [Description("The memory's key; of a link, the key it starts from.")]
    public required string Coord { get; init; }

    [Description("The time of the commit.")]
    public required Instant At { get; init; }

    [Description("Who made the change: root, the name and id of an access key, the subject of a token, or soma.")]
    public required string By { get; init; }

    [Description("Of a put, the version it stored; of a delete, the version it ended.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Version { get; init; }

    [Description("Of a delete that no client simply asked for: why it was made, such as purged or evicted.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MemoryKind? MemoryType { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Importance { get; init; }

    [Description("The first store of the memory since its key was last empty.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Instant? CreatedAt { get; init; }

    [Description("Of a put; absent: the memory does not expire.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Instant? ExpiresAt { get; init; }

    [Description("Of a put whose content is kept.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RawJson? Payload { get; init; }

    [Description("The text that was given to be indexed; absent: it comes from the payload.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }

    [Description("Of a put: whether its client brought a vector.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? EmbeddingBrought { get; init; }

    [Description("The brought vector, with include=embedding.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VectorNumbers? Embedding { get; init; }

    [Description("Of a put: whether payload and text are there, or were dropped with an old version, or deleted with the history of the memory.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ContentLeft? Content { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LinkTo { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LinkType { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Strength { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RawJson? Metadata { get; init; }

    public static Change From(ChangeRecord change)
    {
        var common = new Change
        {
            Seq = change.Seq,
            Op = change.Op switch
            {
                ChangeOps.Delete => ChangeKind.Delete,
                ChangeOps.Link => ChangeKind.Link,
                ChangeOps.Unlink => ChangeKind.Unlink,
                _ => ChangeKind.Put,
            },
            Coord = change.Coordinate.Text,
            At = change.At,
            By = change.By ?? Writers.Root,
        };
        return common.Op switch
        {
            ChangeKind.Put => common with
            {
                Version = change.Version,
                MemoryType = change.Type.ToKind(),
                Importance = change.Importance,
                CreatedAt = change.CreatedAt,
                ExpiresAt = change.ExpiresAt,
                Payload = change.Payload is { } payload ? new RawJson(payload) : null,
                Text = change.Text,
                EmbeddingBrought = change.HasBroughtVector,
                Embedding = change.BroughtVector is { } vector ? new VectorNumbers(vector) : null,
                Content = change.Content.ToAnswer(),
            },
            ChangeKind.Delete => common with { Version = change.Version, Reason = change.Reason },
            ChangeKind.Link => common with
            {
                LinkTo = change.LinkTo?.Text,
                LinkType = change.LinkType,
                Strength = change.Strength,
                Metadata = new RawJson(change.Metadata),
            },
            _ => common with { LinkTo = change.LinkTo?.Text, LinkType = change.LinkType },
        };
    }
}

internal sealed record ChangePage
{
    public required Change[] Changes { get; init; }

    [Description("The place after this page: the next after. It also passes what filters leave out.")]
    public required long NextAfter { get; init; }

    [Description("Names the log that the seqs are of; null: nothing was ever written. A namespace that is deleted or restored gets another.")]
    public required string? Log { get; init; }

    public static Answer<ChangePage> ToAnswer(ChangesReply reply) => Answer<ChangePage>.Of(
        new ChangePage { Changes = [.. reply.Changes.Select(Change.From)], NextAfter = reply.NextAfter, Log = LogNames.Of(reply.LogId) },
        reply.Changes.Sum(AnswerSize.Of));
}

/// <summary>Where a log stands: what the events <c>log</c> and <c>reset</c> of a stream carry.</summary>
internal sealed record LogPlace(string? Log, long HeadSeq);

/// <summary>How logs are named to clients. They must not interpret the name.</summary>
internal static class LogNames
{
    public static string? Of(long logId) => logId == 0 ? null : logId.ToString(CultureInfo.InvariantCulture);
}
