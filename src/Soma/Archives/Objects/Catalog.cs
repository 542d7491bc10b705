using System.Text.Json.Serialization;
using Soma.Archives.Backups;

namespace Soma.Archives.Objects;

/// <summary>An object by what it holds: its name is the SHA-256 of its stored bytes.</summary>
public sealed record ObjectRef(string Sha256, long Bytes)
{
    [JsonIgnore]
    public string Name => $"objects/{Sha256[..2]}/{Sha256}";

    /// <summary>Whether the hash can be a name. A manifest must not lead to other objects of the bucket.</summary>
    [JsonIgnore]
    public bool IsSane => Sha256 is { Length: 64 } && Sha256.All(char.IsAsciiHexDigitLower) && Bytes > 0;
}

/// <summary>A namespace of a backup: the segments that hold it, and what tells at the next backup whether and how it changed.</summary>
public sealed record CatalogEntry : NamespaceEntry
{
    /// <summary>The whole namespace as it was once, and behind it what changed, oldest first.</summary>
    public IReadOnlyList<ObjectRef> Segments { get; init; } = [];

    /// <summary>Whether the namespace was there at the backup before, and is not any more.</summary>
    public bool IsGone { get; init; }

    /// <summary>The namespace's id in the store; 0: it only has settings.</summary>
    public long Id { get; init; }

    public string Mark { get; init; } = "";

    public string Compaction { get; init; } = "";

    /// <summary>The SHA-256 of the settings; null: there are none.</summary>
    public string? Settings { get; init; }

    /// <summary>When the first segment was taken.</summary>
    public DateTimeOffset WholeAt { get; init; }

    /// <summary>How many versions compaction had emptied.</summary>
    public long Compacted { get; init; }

    public long Accesses { get; init; }

    public long? NextEnd { get; init; }

    /// <summary>A checksum of the kept answers that carry the newest seq; empty: an older build wrote this, which took none.</summary>
    public string Answers { get; init; } = "";

    public long RefinedSeq { get; init; }

    public string Spaces { get; init; } = "";

    public bool IsEncrypted { get; init; }
}

/// <summary>A part of the list of namespaces, and how many there are in it.</summary>
public sealed record CatalogRef(string Name, string Sha256, long Bytes, int Entries);

/// <summary>A backup: <c>backups/{id}.json</c>. It counts only with <c>backups/{id}.json.sha256</c> beside it, which is written last.</summary>
public sealed record ObjectManifest
{
    /// <summary>The format that this build writes, and the newest that it reads.</summary>
    public const int Version = 1;

    public const string HashSuffix = ".sha256";

    public required int Format { get; init; }

    /// <summary>The version of Soma that wrote the backup.</summary>
    public required string Soma { get; init; }

    public required string Id { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary><c>postgres</c> or <c>sqlite</c>. The backup can be restored to either.</summary>
    public required string Store { get; init; }

    public required int Namespaces { get; init; }

    public required long Memories { get; init; }

    /// <summary>What the backup needs to be restored, objects of earlier backups included.</summary>
    public required long Bytes { get; init; }

    /// <summary>What this backup added.</summary>
    public required long NewBytes { get; init; }

    /// <summary>The fingerprint of the key that encrypted this; null: nothing was encrypted.</summary>
    public string? Key { get; init; }

    /// <summary>Lists of namespaces, oldest first. A later one wins.</summary>
    public required IReadOnlyList<CatalogRef> Catalogs { get; init; }

    public static string NameOf(string id) => $"backups/{id}.json";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ObjectManifest))]
[JsonSerializable(typeof(CatalogEntry))]
[JsonSerializable(typeof(LockContent))]
internal sealed partial class ObjectJson : JsonSerializerContext
{
    /// <summary>Writes indented JSON, which people can read.</summary>
    public static ObjectJson Indented => new(new JsonSerializerOptions(Default.Options) { WriteIndented = true });
}
