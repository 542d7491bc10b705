using System.Runtime.InteropServices;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Searching;

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

    /// <summary>
    /// Whether the brought vector is of the text space (the namespace's settings say so): it then stands in the place of
    /// the text's own, which nothing refines.
    /// </summary>
    public bool IsBroughtText { get; init; }

    /// <summary>What the sentence model made in the table's space; null: nothing yet.</summary>
    public Refinement? Text { get; init; }

    /// <summary>What the sentence model made in a space of its own; null: nothing yet.</summary>
    public Refinement? Model { get; init; }

    /// <summary>The entry of a living memory's row.</summary>
    internal static IndexEntry Of(MemoryRow row, IndexedContent content, bool isBroughtText) => new()
    {
        Coordinate = row.Coordinate,
        Seq = row.Seq,
        CreatedSeq = row.CreatedSeq,
        Type = row.Type,
        Importance = row.Importance,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
        ExpiresAt = row.ExpiresAt,
        // What the row says counts: it was made by the models of its time, and the refiner goes by it.
        Content = content.HasText == row.HasText ? content : content with { HasText = row.HasText },
        BroughtVector = row.BroughtVector is { } vector ? MemoryMarshal.Cast<byte, float>(vector).ToArray() : null,
        IsBroughtText = isBroughtText,
    };
}
