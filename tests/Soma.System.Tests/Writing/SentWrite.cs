namespace Soma.System.Tests.Writing;

/// <summary>One memory that a writer sent, exactly as sent.</summary>
internal sealed record SentMemory(string Coordinate, string Text);

/// <summary>One request, whose memories are stored together or not at all.</summary>
internal sealed record SentWrite(IReadOnlyList<SentMemory> Memories)
{
    /// <summary>
    /// The seq of the first memory, from the answer; null: there was no 200, so the outcome is not known.
    /// </summary>
    public long? FirstSeq { get; set; }
}
