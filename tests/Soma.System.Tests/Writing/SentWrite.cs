namespace Soma.System.Tests.Writing;

/// <summary>One memory that a writer sent, exactly as sent.</summary>
internal sealed record SentMemory(string Coordinate, string Text);

/// <summary>One request: memories that are stored together or not at all.</summary>
internal sealed record SentWrite(IReadOnlyList<SentMemory> Memories)
{
    /// <summary>The seq of the first memory, as the answer gave it; null: no 200 came back, so nobody knows.</summary>
    public long? FirstSeq { get; set; }
}
