namespace Soma.Archives.Backups;

/// <summary>What a backup consists of: <c>manifest.json</c>, written last.</summary>
public sealed record Manifest
{
    public const string FileName = "manifest.json";

    /// <summary>The manifest's own SHA-256, as <c>sha256sum -c</c> reads it. A backup without it is not finished.</summary>
    public const string HashFileName = FileName + ".sha256";

    public required int Format { get; init; }

    /// <summary>The version that wrote it.</summary>
    public required string Soma { get; init; }

    public required string Id { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>What it was taken of: <c>postgres</c> or <c>sqlite</c>; it can be restored to either.</summary>
    public required string Store { get; init; }

    public IReadOnlyList<ManifestEntry> Namespaces { get; init; } = [];
}
