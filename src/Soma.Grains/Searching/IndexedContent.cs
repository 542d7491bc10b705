using Soma.Grains.Searching.Fields;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching;

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
