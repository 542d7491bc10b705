using System.Text.Json.Serialization;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Answers;

internal sealed record NamespaceView
{
    public required string Name { get; init; }

    public required string Tenant { get; init; }

    public required string? Embedder { get; init; }

    public required string[] SequenceFields { get; init; }

    public required string? BroughtSpace { get; init; }

    [JsonConverter(typeof(SettingNumberConverter))]
    public required double RecencyHalfLifeDays { get; init; }

    public static Answer<NamespaceView> ToAnswer(NamespaceKey key, NamespaceSettings settings) => Answer<NamespaceView>.Of(new NamespaceView
    {
        Name = key.Name,
        Tenant = key.Tenant,
        Embedder = settings.Embedder,
        SequenceFields = [.. settings.SequenceFields],
        BroughtSpace = settings.BroughtSpace,
        RecencyHalfLifeDays = settings.RecencyHalfLifeDays,
    });
}

internal sealed record ReindexBegun
{
    public required string Name { get; init; }

    public required bool Reindexing { get; init; }
}
