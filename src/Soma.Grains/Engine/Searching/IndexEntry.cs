using Soma.Grains.Interfaces;

namespace Soma.Grains.Engine.Searching;

/// <summary>A living memory as the search index takes it in.</summary>
public sealed record IndexEntry
{
    public required Coordinate Coordinate { get; init; }

    public required long Seq { get; init; }

    /// <summary>The memory's place in its conversation.</summary>
    public required long CreatedSeq { get; init; }

    public required MemoryType Type { get; init; }

    public required double Importance { get; init; }

    public required Instant CreatedAt { get; init; }

    public required Instant UpdatedAt { get; init; }

    public Instant? ExpiresAt { get; init; }

    public required IndexedContent Content { get; init; }

    /// <summary>The vector the caller brought, as given.</summary>
    public float[]? BroughtVector { get; init; }
}
