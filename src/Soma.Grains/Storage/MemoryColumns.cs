namespace Soma.Grains.Storage;

/// <summary>A memory's row as both stores keep it: a tombstone has nothing but its place, seq and version.</summary>
internal readonly record struct MemoryColumns
{
    public required string Coordinate { get; init; }

    public required long Seq { get; init; }

    public required long Version { get; init; }

    public bool Alive { get; init; }

    public short Type { get; init; }

    public double Importance { get; init; }

    /// <summary>Alive with any text or a brought vector: what the counters call a vector.</summary>
    public bool HasVector { get; init; }

    public long CreatedSeq { get; init; }

    public long CreatedAt { get; init; }

    public long? ExpiresAt { get; init; }

    public static IReadOnlyList<MemoryColumns> From(CommitBatch batch) => [.. batch.Memories.Select(From)];

    public static MemoryColumns From(MemoryRow memory) => memory.Alive
        ? new MemoryColumns
        {
            Coordinate = memory.Coordinate.Text,
            Seq = memory.Seq,
            Version = memory.Version,
            Alive = true,
            Type = (short)memory.Type,
            Importance = memory.Importance,
            HasVector = memory.HasText || memory.BroughtVector is not null,
            CreatedSeq = memory.CreatedSeq,
            CreatedAt = memory.CreatedAt.Microseconds,
            ExpiresAt = memory.ExpiresAt?.Microseconds,
        }
        : new MemoryColumns { Coordinate = memory.Coordinate.Text, Seq = memory.Seq, Version = memory.Version };
}
