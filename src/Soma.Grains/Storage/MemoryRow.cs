namespace Soma.Grains.Storage;

/// <summary>What a coordinate holds now: a living memory, or the tombstone that keeps its version.</summary>
public sealed record MemoryRow
{
    public required Coordinate Coordinate { get; init; }

    /// <summary>The seq of the latest write (of the delete, for a tombstone).</summary>
    public required long Seq { get; init; }

    /// <summary>The version, which goes on after a delete or an expiry: stored, deleted and stored again is version 2.</summary>
    public required long Version { get; init; }

    /// <summary>False for a tombstone, which holds none of the fields below.</summary>
    public required bool Alive { get; init; }

    public MemoryType Type { get; init; }

    public double Importance { get; init; }

    /// <summary>The seq of the first write since the coordinate was last empty: the memory's place in its conversation.</summary>
    public long CreatedSeq { get; init; }

    public Instant CreatedAt { get; init; }

    /// <summary>The commit time of the latest write.</summary>
    public Instant UpdatedAt { get; init; }

    public Instant? ExpiresAt { get; init; }

    public byte[] Payload { get; init; } = [];

    /// <summary>The text the client gave to be indexed; null: it comes from the payload.</summary>
    public string? Text { get; init; }

    /// <summary>Whether the memory has any text to embed.</summary>
    public bool HasText { get; init; }

    /// <summary>Little-endian float32.</summary>
    public byte[]? BroughtVector { get; init; }

    public long AccessCount { get; init; }

    /// <summary>Who wrote this version, or deleted the memory; null: the root token, or a build that did not say.</summary>
    public string? By { get; init; }

    /// <summary>Whether the counters count a vector for the memory: it is alive and has a text or a brought vector.</summary>
    public bool HasVector => Alive && (HasText || BroughtVector is not null);

    /// <summary>Makes the row that stays when a memory is deleted: coordinate, seq and version, without content.</summary>
    public static MemoryRow Tombstone(Coordinate coordinate, long seq, long version) =>
        new() { Coordinate = coordinate, Seq = seq, Version = version, Alive = false };

    /// <summary>Whether a reader at <paramref name="now"/> finds a memory here. Expired memories count as deleted.</summary>
    public bool IsVisible(Instant now) => Alive && (ExpiresAt is not { } end || end > now);
}
