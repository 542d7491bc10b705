using System.Text.Json.Serialization;

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

/// <summary>A namespace of a backup, and the file that holds it.</summary>
public sealed record ManifestEntry
{
    public required string Tenant { get; init; }

    public required string Name { get; init; }

    /// <summary>The file's path inside the backup, with <c>/</c>.</summary>
    public required string Part { get; init; }

    public required long Bytes { get; init; }

    /// <summary>Of the file as it lies there, in lower-case hex.</summary>
    public required string Sha256 { get; init; }

    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>The one seq that all of it is of.</summary>
    public required long HeadSeq { get; init; }

    /// <summary>The time of the write at that seq, microseconds.</summary>
    public required long HeadAt { get; init; }

    /// <summary>Living memories.</summary>
    public required long Memories { get; init; }

    /// <summary>Rows by table.</summary>
    public required IReadOnlyDictionary<string, long> Rows { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(ManifestEntry))]
internal sealed partial class ManifestJson : JsonSerializerContext
{
    /// <summary>For people who look into it.</summary>
    public static byte[] ToFile(Manifest manifest)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            JsonSerializer.Serialize(writer, manifest, Default.Manifest);
        }

        return stream.ToArray();
    }
}
