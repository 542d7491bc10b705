namespace Soma.Gateway.Answers;

internal sealed record NamespaceView(
    string Name,
    string Tenant,
    string? Embedder,
    string[] SequenceFields,
    string[]? SearchFields,
    string[] IgnoreFields,
    string? BroughtSpace,
    [property: JsonConverter(typeof(SettingNumberConverter))] double RecencyHalfLifeDays)
{
    public static Answer<NamespaceView> ToAnswer(NamespaceKey key, NamespaceSettings settings) => Answer<NamespaceView>.Of(new NamespaceView(
        key.Name, key.Tenant, settings.Embedder, [.. settings.SequenceFields], settings.SearchFields is { } only ? [.. only] : null, [.. settings.IgnoreFields ?? []], settings.BroughtSpace, settings.RecencyHalfLifeDays));
}

internal sealed record ReindexBegun(string Name, bool Reindexing);
