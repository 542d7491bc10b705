using Soma.Grains.Searching.Fields;
using Soma.Grains.Searching.Likeness;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching;

/// <summary>A living memory as the search index takes it in.</summary>
public sealed record IndexEntry
{
    public required MemoryRow Row { get; init; }

    public required IndexedContent Content { get; init; }

    /// <summary>
    /// Whether the namespace's settings put brought vectors into the text space. The brought vector then replaces that of the
    /// text, and no sentence model refines it.
    /// </summary>
    public bool IsBroughtText { get; init; }

    /// <summary>The sentence model's result in the table's space; null: none yet.</summary>
    public Refinement? Text { get; init; }

    /// <summary>The sentence model's result in a space of its own; null: none yet.</summary>
    public Refinement? Model { get; init; }
}

/// <summary>What the index needs of a memory's content. It is computed once, off the grain's turn, and never changes.</summary>
public sealed record IndexedContent
{
    /// <summary>Whether there is any text to embed or to find by word.</summary>
    public required bool HasText { get; init; }

    /// <summary>The text that is embedded and indexed; empty if there is none. The index itself does not hold it.</summary>
    public required string Text { get; init; }

    public required TermCounts Terms { get; init; }

    /// <summary>The terms of the payload's other strings and numbers, without those of the text.</summary>
    public TermCounts FurtherTerms { get; init; } = TermCounts.Empty;

    /// <summary>The terms of the speaker's name. A question that names somebody prefers what they said.</summary>
    public IReadOnlyList<string> SpeakerTerms { get; init; } = [];

    /// <summary>The text's first vector, of length 1; null where the text has no token the table knows.</summary>
    public required float[]? Vector { get; init; }

    /// <summary>First vectors of the passages of a long text; null: it is short, or has no first vector.</summary>
    public TextPassages? Passages { get; init; }

    /// <summary>What the table knows of the text.</summary>
    public TextReading Reading { get; init; } = TextReading.None;

    /// <summary>Equal for memories that say the same word for word; see <see cref="ComparedMemory.HashOf"/>.</summary>
    public uint LikenessHash { get; init; }

    /// <summary>What is compared with another memory, to find out whether both say the same.</summary>
    public ComparedMemory ToCompared(byte[] payload, byte[]? broughtVector) => new(payload, Text, Vector, broughtVector, LikenessHash);

    /// <summary>The payload's fields, in the form that filters test.</summary>
    public required FieldSet Fields { get; init; }

    /// <summary>The conversation, session or thread that the memory is part of; null: none.</summary>
    public required string? Sequence { get; init; }

    /// <summary>An estimate of the bytes that this takes in the index.</summary>
    public required int Bytes { get; init; }
}

/// <summary>A sentence model's result for a text: a vector of length 1; null if the model refuses the text.</summary>
public readonly record struct Refinement(float[]? Vector);

/// <summary>A refinement and the version it belongs to. It is not applied if the memory has another seq by now.</summary>
public readonly record struct RefinedMemory(Coordinate Coordinate, long Seq, Refinement Refinement);

/// <summary>The spaces that texts have vectors in.</summary>
public enum TextSpace
{
    /// <summary>The space of the table. It holds first vectors, and better ones of a sentence model that shares the space.</summary>
    Shared,

    /// <summary>The own space of a sentence model.</summary>
    Model,
}
