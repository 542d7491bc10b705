namespace Soma.Grains.Engine.Searching;

/// <summary>What the index keeps of a memory's content: made once, off the grain's turn, and never changed.</summary>
public sealed record IndexedContent
{
    /// <summary>Whether there is any text to embed or to find by word.</summary>
    public required bool HasText { get; init; }
}
