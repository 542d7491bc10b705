namespace Soma.Grains.Searching.Indexing;

/// <summary>The vectors of one segment in one space, in chunks of slots. A chunk without vectors takes no memory.</summary>
/// <remarks>
/// One writer. It writes in place to slots that no published snapshot reaches, and makes a new version of the block, with copies
/// of the chunks concerned, to change one that a snapshot may be reading. Snapshots hold versions; the newest version takes what
/// is appended.
/// </remarks>
internal sealed class VectorBlock
{
    /// <summary>The number of slots in a chunk. Replacing one vector copies its chunk.</summary>
    public const int ChunkSlots = 256;

    private readonly VectorMarks[] _marks;
    private readonly VectorChunk?[] _chunks;

    public VectorBlock(int capacity)
    {
        _marks = new VectorMarks[capacity];
        _chunks = new VectorChunk?[(capacity + ChunkSlots - 1) / ChunkSlots];
        Bytes = capacity;
    }

    private VectorBlock(VectorBlock older)
    {
        (Dimension, Bytes) = (older.Dimension, older.Bytes);
        (_marks, _chunks) = ([.. older._marks], [.. older._chunks]);
    }

    /// <summary>How many numbers each vector has; 0 before the first.</summary>
    public int Dimension { get; private set; }

    /// <summary>An estimate; for the writer.</summary>
    public long Bytes { get; private set; }

    /// <summary>The chunk with slots from <c>index × ChunkSlots</c> on; null: none of them has a vector.</summary>
    public VectorChunk? ChunkAt(int index) => Volatile.Read(ref _chunks[index]);

    public VectorMarks MarksOf(int slot) => _marks[slot];

    /// <summary>The marks of all slots, in order.</summary>
    public ReadOnlySpan<VectorMarks> Marks => _marks;

    public bool Has(int slot) => (_marks[slot] & VectorMarks.Present) != 0;

    /// <summary>The vector of a slot that has one.</summary>
    public ReadOnlySpan<float> Read(int slot) =>
        ChunkAt(slot / ChunkSlots) is { } chunk ? chunk.Read(slot % ChunkSlots) : throw new InvalidOperationException("The slot has no vector.");

    /// <summary>Fills a slot that is not published yet.</summary>
    public void Write(int slot, ReadOnlySpan<float> vector, VectorMarks marks)
    {
        ChunkFor(slot, vector.Length).Write(slot % ChunkSlots, vector);
        _marks[slot] = marks | VectorMarks.Present;
    }

    /// <summary>Fills a slot that is not published yet with the sentence model's vector of its text; else with the first one, if there is one.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="first">The text's first vector; null: it has none, or the slot holds it.</param>
    /// <param name="refinement">The model's result; null: none yet.</param>
    public void Write(int slot, float[]? first, Refinement? refinement)
    {
        if ((refinement?.Vector ?? first) is { } vector)
        {
            Write(slot, vector, refinement?.Vector is null ? VectorMarks.None : VectorMarks.Refined);
        }

        if (refinement is not null)
        {
            MarkFinal(slot);
        }
    }

    /// <summary>Marks a slot that is not published yet: no better vector will come.</summary>
    public void MarkFinal(int slot) => _marks[slot] |= VectorMarks.Final;

    /// <summary>Returns a version with these vectors changed and marked as final. This version stays as it is.</summary>
    public VectorBlock With(IEnumerable<VectorChange> changes)
    {
        var version = new VectorBlock(this);
        var copied = new HashSet<int>();
        foreach (var (slot, vector) in changes)
        {
            if (vector is null)
            {
                version.MarkFinal(slot);
                continue;
            }

            var index = slot / ChunkSlots;
            if (copied.Add(index) && version._chunks[index] is { } shared)
            {
                version._chunks[index] = shared.Copy();
            }

            version.Write(slot, vector, VectorMarks.Final | VectorMarks.Refined);
        }

        return version;
    }

    private VectorChunk ChunkFor(int slot, int dimension)
    {
        if (Dimension == 0)
        {
            Dimension = dimension;
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(dimension, Dimension);
        var index = slot / ChunkSlots;
        if (_chunks[index] is { } chunk)
        {
            return chunk;
        }

        var slots = Math.Min(ChunkSlots, _marks.Length - (index * ChunkSlots));
        chunk = new VectorChunk(slots, Dimension);
        Bytes += VectorChunk.BytesFor(slots, Dimension);
        Volatile.Write(ref _chunks[index], chunk);
        return chunk;
    }
}

/// <summary>A better vector for a slot that may already be published; null: none will come, so the slot keeps its vector.</summary>
internal readonly record struct VectorChange(int Slot, float[]? Vector);

/// <summary>What one slot holds in one space.</summary>
[Flags]
internal enum VectorMarks : byte
{
    None = 0,

    /// <summary>There is a vector.</summary>
    Present = 1,

    /// <summary>No better vector will come: this one is the sentence model's or a brought one, or the model refused the text.</summary>
    Final = 2,

    /// <summary>The vector is the sentence model's.</summary>
    Refined = 4,
}
