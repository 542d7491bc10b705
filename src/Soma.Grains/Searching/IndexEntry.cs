using System.Runtime.InteropServices;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching.Fields;
using Soma.Grains.Searching.Text;
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

/// <summary>What the index keeps of a memory's content: made once, off the grain's turn, and never changed.</summary>
public sealed record IndexedContent
{
    /// <summary>Whether there is any text to embed or to find by word.</summary>
    public required bool HasText { get; init; }

    /// <summary>What is embedded and indexed; empty where there is none. The index itself does not hold it.</summary>
    public required string Text { get; init; }

    public required TermCounts Terms { get; init; }

    /// <summary>The terms of who says it: a question that names somebody prefers what they said.</summary>
    public IReadOnlyList<string> SpeakerTerms { get; init; } = [];

    /// <summary>The text's first vector, of length 1; null where the text has no token the table knows.</summary>
    public required float[]? Vector { get; init; }

    /// <summary>The payload as filters see it.</summary>
    public required FieldSet Fields { get; init; }

    /// <summary>The conversation, session or thread that the memory is part of; null: none.</summary>
    public required string? Sequence { get; init; }

    /// <summary>An estimate of the memory this holds in the index, in bytes.</summary>
    public required int Bytes { get; init; }
}

/// <summary>What a sentence model made of a text: a vector of length 1, or null because it refuses that text.</summary>
public readonly record struct Refinement(float[]? Vector);

/// <summary>A refinement and the version it belongs to: one of another seq is not touched by it.</summary>
public readonly record struct RefinedMemory(Coordinate Coordinate, long Seq, Refinement Refinement);

/// <summary>The spaces that texts have vectors in.</summary>
public enum TextSpace
{
    /// <summary>The table's: first vectors, and better ones by a sentence model of the same space.</summary>
    Shared,

    /// <summary>A sentence model's own.</summary>
    Model,
}
