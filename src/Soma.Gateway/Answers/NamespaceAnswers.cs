namespace Soma.Gateway.Answers;

internal sealed record NamespaceView(
    string Name,
    string Tenant,
    string? Embedder,
    string[] SequenceFields,
    string[]? SearchFields,
    string[] IgnoreFields,
    string? BroughtSpace,
    [property: JsonConverter(typeof(SettingNumberConverter))] double RecencyHalfLifeDays,
    [property: JsonConverter(typeof(SettingNumberConverter))] double? TtlSeconds,
    long? MaxMemories,
    long? MaxBytes,
    long? QuotaMemories,
    long? QuotaBytes,
    string Evict,
    bool Evicting,
    [property: JsonConverter(typeof(SettingNumberConverter))] double? HalfLifeDays,
    RelevanceCurveView? Relevance,
    [property: JsonConverter(typeof(SettingNumberConverter))] double? RetentionDays,
    int KeepVersions)
{
    public static Answer<NamespaceView> ToAnswer(NamespaceKey key, NamespaceSettings settings) => Answer<NamespaceView>.Of(new NamespaceView(
        key.Name, key.Tenant, settings.Embedder, [.. settings.SequenceFields], settings.SearchFields is { } only ? [.. only] : null, [.. settings.IgnoreFields ?? []], settings.BroughtSpace, settings.RecencyHalfLifeDays,
        settings.TtlSeconds, settings.MaxMemories, settings.MaxBytes, settings.QuotaMemories, settings.QuotaBytes, settings.Evict ?? EvictionRules.Oldest, settings.IsEvicting, settings.HalfLifeDays,
        settings.Relevance is { } curve ? new RelevanceCurveView(curve.Space, curve.Threshold, curve.PerCosine, curve.PerCover) : null,
        settings.RetentionDays is >= NamespaceSettings.RetainedForEver ? null : settings.RetentionDays ?? NamespaceSettings.DefaultRetentionDays, settings.KeepVersions ?? NamespaceSettings.DefaultKeptVersions));
}

internal sealed record RelevanceCurveView(
    string Space,
    [property: JsonConverter(typeof(SettingNumberConverter))] double Threshold,
    [property: JsonConverter(typeof(SettingNumberConverter))] double PerCosine,
    [property: JsonConverter(typeof(SettingNumberConverter))] double PerCover);

internal sealed record ForkedNamespace(string Namespace, long Seq, long Memories, long Links);

internal sealed record ReindexBegun(string Name, bool Reindexing);

internal sealed record NamespaceListed
{
    public required string Name { get; init; }

    public required string Tenant { get; init; }

    [Description("How many memories there are; an expired one is counted until it is reclaimed.")]
    public required long Total { get; init; }

    public required long Episodic { get; init; }

    public required long Semantic { get; init; }

    public required long Belief { get; init; }

    public required long VectorCount { get; init; }

    [Description("About how many bytes the payloads, texts and brought vectors of the memories take: their number times the average of the newest hundred.")]
    public required long Bytes { get; init; }

    [Description("The seq of the newest write.")]
    public required long HeadSeq { get; init; }

    [Description("The time of the first write.")]
    public required Instant CreatedAt { get; init; }

    [Description("The time of the newest write.")]
    public required Instant LastWriteAt { get; init; }
}

internal sealed record NamespacePage
{
    public required NamespaceListed[] Namespaces { get; init; }

    [Description("Where the next page starts; null on the last.")]
    public required string? NextCursor { get; init; }

    public static Answer<NamespacePage> ToAnswer(NamespaceList list) => Answer<NamespacePage>.Of(new NamespacePage
    {
        Namespaces = [.. list.Namespaces.Select(one => new NamespaceListed
        {
            Name = one.Key.Name,
            Tenant = one.Key.Tenant,
            Total = one.Counts.Total,
            Episodic = one.Counts.Episodic,
            Semantic = one.Counts.Semantic,
            Belief = one.Counts.Belief,
            VectorCount = one.Counts.Vectors,
            Bytes = one.Bytes,
            HeadSeq = one.HeadSeq,
            CreatedAt = one.CreatedAt,
            LastWriteAt = one.WrittenAt,
        })],
        NextCursor = list.HasMore ? list.Namespaces[^1].Key.Name : null,
    });
}

internal sealed record NamespaceDeleted(
    string Name,
    string Tenant,
    bool Deleted,
    [property: Description("The newest seq that the namespace had when the request began.")] long HeadSeq);

internal sealed record NamespaceImported(
    string Name,
    string Tenant,
    [property: Description("How many lines were read.")] long Lines,
    long Memories,
    long Links,
    [property: Description("Memories and links that were deleted again.")] long Deletes);
