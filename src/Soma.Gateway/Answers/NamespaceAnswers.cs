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
    RelevanceCurveView? Relevance,
    [property: JsonConverter(typeof(SettingNumberConverter))] double? RetentionDays,
    int KeepVersions)
{
    public static Answer<NamespaceView> ToAnswer(NamespaceKey key, NamespaceSettings settings) => Answer<NamespaceView>.Of(new NamespaceView(
        key.Name, key.Tenant, settings.Embedder, [.. settings.SequenceFields], settings.SearchFields is { } only ? [.. only] : null, [.. settings.IgnoreFields ?? []], settings.BroughtSpace, settings.RecencyHalfLifeDays,
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
