using Soma.Grains.Searching.Fields;

namespace Soma.Grains.Searching.Indexing;

/// <summary>A run of slots to which the writer only appends. The content of a slot never changes; only its death is recorded later.</summary>
/// <remarks>
/// One writer, any number of readers. A reader touches no slot at or past the length its snapshot has of the segment, and every
/// slot below it was filled before that snapshot was published; so a slot needs no birth number. A death is one aligned 64-bit
/// write that may happen while readers look: they see the old value (alive) or the number of a publication after theirs, and both
/// mean "alive" to them.
/// </remarks>
internal sealed class Segment(int capacity)
{
    /// <summary>Largest capacity; a slot's number must fit 16 bits of a posting.</summary>
    public const int LargestCapacity = 4096;

    private const long Alive = long.MaxValue;
    private const int BytesPerSlot = 157;
    private const int BytesPerArray = 24;

    // So many texts share an array of terms. One of the whole segment would be too long for an array, if each text had a million terms.
    private const int SlotsPerOrder = 64;
    private const byte WhollyKnown = byte.MaxValue;

    private readonly Slot[] _slots = new Slot[capacity];
    private readonly int[] _lengths = new int[capacity];

    // The terms of neighbouring slots in order, text after text, so that a search that reads many of them reads on. A reader finds the
    // array of its snapshot or a copy that holds more.
    private readonly ushort[]?[] _orders = new ushort[]?[(capacity + SlotsPerOrder - 1) / SlotsPerOrder];
    private readonly int[] _orderEnds = new int[capacity];
    private readonly TextPassages?[] _passages = new TextPassages?[capacity];
    private readonly ushort[] _keyHashes = new ushort[capacity];
    private readonly uint[] _likenessHashes = new uint[capacity];
    private readonly float[] _trust = new float[capacity];
    private readonly long[] _died = [.. Enumerable.Repeat(Alive, capacity)];
    private long _contentBytes;
    private long _firstExpiry = long.MaxValue;
    private int _deaths;
    private volatile KeyOrder? _keys;

    public int Capacity => _slots.Length;

    /// <summary>The number of filled slots; for the writer, and for readers of a full segment.</summary>
    public int Count { get; private set; }

    /// <summary>Slots not dead yet; for the writer.</summary>
    public int Living { get; private set; }

    public bool IsFull => Count == Capacity;

    /// <summary>The vectors in the table's space; for the writer. Readers use the version in their snapshot.</summary>
    public VectorBlock Texts { get; set; } = new(capacity);

    /// <summary>The vectors in the sentence model's own space; for the writer, as <see cref="Texts"/>.</summary>
    public VectorBlock Models { get; set; } = new(capacity);

    /// <summary>The vectors that callers brought. They never change, so writer and readers use the same version.</summary>
    public VectorBlock Brought { get; } = new(capacity);

    public SegmentTerms Terms { get; } = new();

    /// <summary>An estimate; for the writer.</summary>
    public long Bytes => (BytesPerSlot * (long)Capacity) + Texts.Bytes + Models.Bytes + Brought.Bytes + Terms.Bytes + _contentBytes;

    /// <summary>The length of each slot's text, as in <see cref="Slot.Length"/>. Ranking by words reads the lengths alone.</summary>
    public ReadOnlySpan<int> Lengths => _lengths;

    /// <summary>How far the first vector of each slot's text is trusted, 0–1; see <see cref="Ranking.TableTrust"/>.</summary>
    public ReadOnlySpan<float> Trust => _trust;

    /// <summary>A part of the hash of each slot's key: looking for a few keys reads this alone.</summary>
    public ReadOnlySpan<ushort> KeyHashes => _keyHashes;

    /// <summary>The hash of what each slot says, as in <see cref="IndexedContent.LikenessHash"/>.</summary>
    public ReadOnlySpan<uint> LikenessHashes => _likenessHashes;

    /// <summary>Whether the table knows some slot's text in part only, so that its trust is below 1.</summary>
    public bool HasUnknown { get; private set; }

    /// <summary>The vectors of the passages of each slot's text; null: it is short.</summary>
    public ReadOnlySpan<TextPassages?> Passages => _passages;

    /// <summary>Whether some slot's text is long.</summary>
    public bool HasPassages { get; private set; }

    /// <summary>The terms of a slot's text in order; see <see cref="Text.TermCounts.Order"/>.</summary>
    public ReadOnlySpan<ushort> OrderOf(int slot)
    {
        var start = OrderStart(slot);
        return Volatile.Read(ref _orders[slot / SlotsPerOrder]).AsSpan(start, _orderEnds[slot] - start);
    }

    /// <summary>Whether no slot has died, so that every slot lives in every snapshot.</summary>
    public bool HasNoDead => Volatile.Read(ref _deaths) == 0;

    public ref readonly Slot this[int slot] => ref _slots[slot];

    /// <summary>Whether the slot lives in the snapshot of that publication.</summary>
    public bool LivesAt(int slot, long publication) => Volatile.Read(ref _died[slot]) > publication;

    /// <summary>Whether a slot may have expired.</summary>
    public bool HasExpiredAt(Instant now) => Volatile.Read(ref _firstExpiry) <= now.Microseconds;

    public bool IsLiving(int slot) => _died[slot] == Alive;

    /// <summary>The coordinates in order; only of a full segment.</summary>
    public KeyOrder Keys => _keys ??= KeyOrder.Of(this);

    public int Append(in Slot content, ReadOnlySpan<ushort> order, TextPassages? passages, uint likenessHash)
    {
        _likenessHashes[Count] = likenessHash;
        _slots[Count] = content;
        AppendOrder(order);
        _passages[Count] = passages;
        HasPassages |= passages is not null;
        _contentBytes += passages?.Bytes ?? 0;
        _keyHashes[Count] = (ushort)content.Coordinate.GetHashCode();
        _trust[Count] = content.Known / (float)WhollyKnown;
        HasUnknown |= content.Known < WhollyKnown;
        _lengths[Count] = content.Length;
        Volatile.Write(ref _firstExpiry, Math.Min(_firstExpiry, content.ExpiresAt));
        _contentBytes += content.Fields.Bytes + (2 * content.Coordinate.Text.Length);
        Living++;
        return Count++;
    }

    /// <summary>Makes a slot that is not published yet a member of a sequence of the index.</summary>
    public void JoinSequence(int slot, int sequence) => _slots[slot] = _slots[slot] with { Sequence = sequence };

    public void Kill(int slot, long publication)
    {
        Volatile.Write(ref _deaths, _deaths + 1);
        Volatile.Write(ref _died[slot], publication);
        Living--;
    }

    private int OrderStart(int slot) => slot % SlotsPerOrder == 0 ? 0 : _orderEnds[slot - 1];

    private void AppendOrder(ReadOnlySpan<ushort> order)
    {
        ref var shared = ref _orders[Count / SlotsPerOrder];
        var (start, held) = (OrderStart(Count), shared?.Length ?? 0);
        var (end, isLast) = (start + order.Length, (Count + 1) % SlotsPerOrder == 0 || Count + 1 == Capacity);
        if (end > held || (isLast && end < held))
        {
            // Whatever is appended last leaves no room.
            var copy = new ushort[isLast ? end : Math.Max(end, 2 * held)];
            shared.AsSpan(0, start).CopyTo(copy);
            order.CopyTo(copy.AsSpan(start));
            _contentBytes += (sizeof(ushort) * ((long)copy.Length - held)) + (shared is null ? BytesPerArray : 0);
            Volatile.Write(ref shared, copy);
        }
        else
        {
            order.CopyTo(shared.AsSpan(start));
        }

        _orderEnds[Count] = end;
    }
}

/// <summary>A segment with the versions of its vectors that a snapshot reads.</summary>
internal readonly record struct SegmentView(Segment Segment, VectorBlock Texts, VectorBlock Models);

/// <summary>What a slot holds besides its vectors and postings. It never changes after it is filled.</summary>
internal readonly struct Slot
{
    public const int NoSequence = -1;

    public required Coordinate Coordinate { get; init; }

    public required long Seq { get; init; }

    public required long CreatedSeq { get; init; }

    public required double Importance { get; init; }

    public required Instant CreatedAt { get; init; }

    public required Instant UpdatedAt { get; init; }

    /// <summary>In microseconds; the largest number means never.</summary>
    public required long ExpiresAt { get; init; }

    public required FieldSet Fields { get; init; }

    /// <summary>The number of terms of the text, counting repetitions.</summary>
    public required int Length { get; init; }

    /// <summary>The index's number for the sequence, or <see cref="NoSequence"/>.</summary>
    public required int Sequence { get; init; }

    public required MemoryType Type { get; init; }

    public required bool HasText { get; init; }

    /// <summary>How much the table knows of the text, 255 being all of it.</summary>
    public byte Known { get; init; }

    public bool IsEnglish { get; init; }

    /// <summary>The script that most letters of the text are of; see <see cref="TextReading.Script"/>.</summary>
    public byte Script { get; init; }

    public RecordFields Record => new(Coordinate, Type, Importance, CreatedAt, UpdatedAt);
}
