using Soma.Grains.Searching.Indexing;

namespace Soma.Grains.Searching;

/// <summary>
/// Memories that were stored before their index was made, as a part of the index that is filled away from it. So several threads fill a
/// part each, and the index's one writer only takes the parts in.
/// </summary>
/// <remarks>One thread at a time. When it is full, <see cref="SearchIndex.AddLoaded"/> takes it in.</remarks>
/// <param name="capacity">How many memories it holds, 1 to <see cref="LargestCapacity"/>.</param>
/// <param name="dimension">How many numbers a vector of the table's space has.</param>
/// <param name="broughtDimension">How many numbers a brought vector of the namespace has; 0: as many as the first.</param>
public sealed class LoadedSegment(int capacity, int dimension, int broughtDimension)
{
    public const int LargestCapacity = Segment.LargestCapacity;

    private readonly string?[] _sequences = new string?[capacity];

    internal Segment Segment { get; } = new(capacity);

    /// <summary>Appends a memory, whose coordinate none of the others has.</summary>
    public void Add(IndexEntry entry)
    {
        // Numbers of sequences are the index's, so the slot gets its own when the index takes it in.
        var slot = Segment.Append(entry, Slot.NoSequence, dimension, broughtDimension > 0 ? broughtDimension : Segment.Brought.Dimension);
        _sequences[slot] = entry.Content.Sequence;
    }

    internal string? SequenceOf(int slot) => _sequences[slot];
}
