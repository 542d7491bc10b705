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
    string Evict,
    bool Evicting,
    [property: JsonConverter(typeof(SettingNumberConverter))] double? HalfLifeDays,
    RelevanceCurveView? Relevance)
{
    public static Answer<NamespaceView> ToAnswer(NamespaceKey key, NamespaceSettings settings) => Answer<NamespaceView>.Of(new NamespaceView(
        key.Name, key.Tenant, settings.Embedder, [.. settings.SequenceFields], settings.SearchFields is { } only ? [.. only] : null, [.. settings.IgnoreFields ?? []], settings.BroughtSpace, settings.RecencyHalfLifeDays,
        settings.TtlSeconds, settings.MaxMemories, settings.MaxBytes, settings.Evict ?? EvictionRules.Oldest, settings.IsEvicting, settings.HalfLifeDays,
        settings.Relevance is { } curve ? new RelevanceCurveView(curve.Space, curve.Threshold, curve.PerCosine, curve.PerCover) : null));
}

internal sealed record RelevanceCurveView(
    string Space,
    [property: JsonConverter(typeof(SettingNumberConverter))] double Threshold,
    [property: JsonConverter(typeof(SettingNumberConverter))] double PerCosine,
    [property: JsonConverter(typeof(SettingNumberConverter))] double PerCover);

internal sealed record ReindexBegun(string Name, bool Reindexing);
