using Soma.Grains.Interfaces;
using Soma.Grains.Searching.Fields;

namespace Soma.Grains.Searching.Indexing;

/// <summary>
/// A run of slots that is only ever appended to. A slot's content never changes; what changes is when it died.
/// </summary>
/// <remarks>
/// One writer, any number of readers. A reader touches no slot at or past the length its snapshot has of the segment, and
/// every slot below it was filled before that snapshot was published; so a slot needs no birth number. A death is one
/// aligned 64-bit write that may happen while readers look: they see the old value (alive) or the number of a publication
/// after theirs, and both mean "alive" to them.
/// </remarks>
internal sealed class Segment
{
    /// <summary>Largest capacity; a slot's number must fit 16 bits of a posting.</summary>
    public const int LargestCapacity = 4096;

    private const long Alive = long.MaxValue;
    private const int BytesPerSlot = 128;

    private readonly Slot[] _slots;
    private readonly long[] _died;
    private long _contentBytes;
    private long _firstExpiry = long.MaxValue;
    private int _deaths;

    public Segment(int capacity)
    {
        _slots = new Slot[capacity];
        _died = new long[capacity];
        Array.Fill(_died, Alive);
        Texts = new VectorBlock(capacity);
        Models = new VectorBlock(capacity);
        Brought = new VectorBlock(capacity);
    }

    public int Capacity => _slots.Length;

    /// <summary>Slots filled; for the writer, and for readers of a segment that is full.</summary>
    public int Count { get; private set; }

    /// <summary>Slots not dead yet; for the writer.</summary>
    public int Living { get; private set; }

    public bool IsFull => Count == Capacity;

    /// <summary>The table's vectors, or better ones in their space; for the writer: readers have a version in their snapshot.</summary>
    public VectorBlock Texts { get; set; }

    /// <summary>The sentence model's vectors, where that has a space of its own; as <see cref="Texts"/>.</summary>
    public VectorBlock Models { get; set; }

    /// <summary>The callers' vectors; never changed, so that one version serves all.</summary>
    public VectorBlock Brought { get; }

    public SegmentTerms Terms { get; } = new();

    /// <summary>An estimate; for the writer.</summary>
    public long Bytes => (BytesPerSlot * (long)Capacity) + Texts.Bytes + Models.Bytes + Brought.Bytes + Terms.Bytes + _contentBytes;

    public ref readonly Slot this[int slot] => ref _slots[slot];

    /// <summary>Whether the slot lives in the snapshot of that publication.</summary>
    public bool LivesAt(int slot, long publication) => Volatile.Read(ref _died[slot]) > publication;

    /// <summary>
    /// Whether a reader need not look at each slot: none has died yet, or will die for a snapshot that is out, and none of
    /// those written so far expires by <paramref name="now"/>.
    /// </summary>
    public bool AllLiveAt(Instant now) => Volatile.Read(ref _deaths) == 0 && Volatile.Read(ref _firstExpiry) > now.Microseconds;

    public bool IsLiving(int slot) => _died[slot] == Alive;

    public int Append(in Slot content)
    {
        _slots[Count] = content;
        Volatile.Write(ref _firstExpiry, Math.Min(_firstExpiry, content.ExpiresAt));
        _contentBytes += content.Fields.Bytes + (2 * content.Coordinate.Text.Length);
        Living++;
        return Count++;
    }

    public void Kill(int slot, long publication)
    {
        Volatile.Write(ref _deaths, _deaths + 1);
        Volatile.Write(ref _died[slot], publication);
        Living--;
    }
}

/// <summary>A segment with the versions of its vectors that a snapshot reads.</summary>
internal readonly record struct SegmentView(Segment Segment, VectorBlock Texts, VectorBlock Models);

/// <summary>What a slot holds beside its vectors and postings; never changed once it is filled.</summary>
internal readonly struct Slot
{
    public const int NoSequence = -1;

    public required Coordinate Coordinate { get; init; }

    public required long Seq { get; init; }

    public required long CreatedSeq { get; init; }

    public required double Importance { get; init; }

    public required Instant CreatedAt { get; init; }

    public required Instant UpdatedAt { get; init; }

    /// <summary>The maximum: never.</summary>
    public required long ExpiresAt { get; init; }

    public required FieldSet Fields { get; init; }

    /// <summary>Terms of the text, repeated ones counted each time.</summary>
    public required int Length { get; init; }

    /// <summary>The index's number for the sequence, or <see cref="NoSequence"/>.</summary>
    public required int Sequence { get; init; }

    public required MemoryType Type { get; init; }

    public required bool HasText { get; init; }

    public RecordFields Record => new(Coordinate, Type, Importance, CreatedAt, UpdatedAt);
}
