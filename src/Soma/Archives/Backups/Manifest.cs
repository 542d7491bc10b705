using System.Text.Json.Serialization;

namespace Soma.Archives.Backups;

/// <summary>The list of what a backup contains: <c>manifest.json</c>, which is written last.</summary>
public sealed record Manifest
{
    public const string FileName = "manifest.json";

    /// <summary>The file with the manifest's SHA-256, for <c>sha256sum -c</c>. A backup without this file is not finished.</summary>
    public const string HashFileName = FileName + ".sha256";

    public required int Format { get; init; }

    /// <summary>The version of Soma that wrote the backup.</summary>
    public required string Soma { get; init; }

    public required string Id { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The store that was backed up: <c>postgres</c> or <c>sqlite</c>. The backup can be restored to either.</summary>
    public required string Store { get; init; }

    public IReadOnlyList<ManifestEntry> Namespaces { get; init; } = [];
}

/// <summary>A namespace of a backup, and the file that holds it.</summary>
public sealed record ManifestEntry : NamespaceEntry
{
    /// <summary>The file's path inside the backup, with <c>/</c>.</summary>
    public required string Part { get; init; }

    public required long Bytes { get; init; }

    /// <summary>The SHA-256 of the compressed file, in lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The number of rows of each table.</summary>
    public required IReadOnlyDictionary<string, long> Rows { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(ManifestEntry))]
internal sealed partial class ManifestJson : JsonSerializerContext
{
    /// <summary>Writes indented JSON, which people can read.</summary>
    public static ManifestJson Indented => new(new JsonSerializerOptions(Default.Options) { WriteIndented = true });
}
