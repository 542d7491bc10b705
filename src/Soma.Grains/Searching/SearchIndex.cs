using Soma.Grains.Searching.Indexing;

namespace Soma.Grains.Searching;

/// <summary>A namespace's resident search index: one writer on the grain's turn, any number of readers off it.</summary>
/// <remarks>
/// <para><b>Protocol.</b> Changes go to slots past every published length, and deaths carry the number of the <i>next</i>
/// publication; none of it is visible. <see cref="Publish"/> writes the new snapshot's reference with release order, and a
/// reader takes it with acquire order: whoever sees the snapshot sees all that was written before it. An overwritten
/// memory's old slot dies at the same number from which the new slot is within the lengths, so every snapshot has exactly
/// one of the two. Deaths are numbered by publication and not by seq because changes without a seq (vectors, loading,
/// rewriting) are published too.</para>
/// <para><b>Refined vectors</b> change slots that snapshots may be reading: they go into new versions of the chunks they
/// lie in, and the next snapshot takes those. A search sees a memory by its old vector or its new, never by both.</para>
/// <para><b>Memory.</b> A full segment that is more than half dead is rewritten at the next publication, alone or with
/// others as sparse: at most about two copies a death, and never more than twice the living slots. Old snapshots keep their
/// segments until they are let go.</para>
/// </remarks>
/// <param name="dimension">How many numbers a vector of the table's space has.</param>
public sealed class SearchIndex(int dimension)
{
    private const int BytesPerMemory = 96;
    private const int BytesPerExpiry = 48;

    // Removing a memory takes a microsecond. The rest waits for the next turn, so that no turn takes long.
    private const int MostExpiredATurn = 10_000;

    private readonly Dictionary<Coordinate, (Segment Segment, int Slot)> _places = [];
    private readonly SequenceIds _sequences = new();
    private readonly SegmentList _segments = new();
    private readonly ExpiryQueue _expiries = new();
    private HashSet<Coordinate>? _removedWhileLoading = [];
    private Dictionary<(TextSpace Space, long Seq), Refinement>? _refinedWhileLoading = [];
    private long _totalLength;
    private int _textCount;
    private int _finalTexts;
    private int _finalModels;
    private int _expiring;
    private IndexSnapshot _current = IndexSnapshot.Empty;

    /// <summary>The newest published state. Safe for any thread.</summary>
    public IndexSnapshot Current => Volatile.Read(ref _current);

    /// <summary>Whether every living memory of the namespace has been added.</summary>
    public bool IsLoaded => _removedWhileLoading is null;

    /// <summary>Living memories, those not published yet included.</summary>
    public int Count => _places.Count;

    /// <summary>Whether searches go by the sentence model's own space; seen from the next publication.</summary>
    public bool UsesModels { get; set; }

    /// <summary>An estimate of the memory held, dead slots included. For the writer.</summary>
    public long Bytes => ((long)BytesPerMemory * _places.Count) + ((long)BytesPerExpiry * _expiries.Count) + _segments.Bytes;

    /// <summary>How many numbers a brought vector has here; 0 before the first.</summary>
    public int BroughtDimension { get; private set; }

    private long NextPublication => _current.Publication + 1;

    /// <summary>Takes in a memory, replacing what its coordinate held. Seen from the next publication.</summary>
    public void Put(IndexEntry entry)
    {
        Kill(entry.Row.Coordinate);
        var segment = _segments.Open(_places.Count);
        var slot = segment.Append(entry, _sequences.Acquire(entry.Content.Sequence), dimension, BroughtDimension);
        BroughtDimension = segment.Brought.Has(slot) ? segment.Brought.Dimension : BroughtDimension;
        Place(segment, slot);
    }

    /// <summary>Takes a memory out. Seen from the next publication.</summary>
    public void Remove(Coordinate coordinate)
    {
        Kill(coordinate);
        _removedWhileLoading?.Add(coordinate);
    }

    /// <summary>
    /// Takes out memories whose time was over at <paramref name="before"/>, which no search that begins later would find. Seen
    /// from the next publication.
    /// </summary>
    /// <returns>Whether there were any.</returns>
    public bool RemoveExpired(Instant before)
    {
        var removed = 0;
        while (removed < MostExpiredATurn && _expiries.TryTake(before.Microseconds, out var expired))
        {
            if (IsCurrent(expired.Coordinate, expired.Seq))
            {
                Remove(expired.Coordinate);
                removed++;
            }
        }

        return removed > 0;
    }

    /// <summary>Takes in memories that were already stored when this index was made; newer writes to their coordinates win.</summary>
    public void AddLoaded(LoadedSegment loaded)
    {
        if (_removedWhileLoading is not { } removed)
        {
            return;
        }

        var segment = loaded.Segment;
        _segments.AddFull(segment);
        BroughtDimension = Math.Max(BroughtDimension, segment.Brought.Dimension);
        for (var slot = 0; slot < segment.Count; slot++)
        {
            ref readonly var content = ref segment[slot];
            if (_places.ContainsKey(content.Coordinate) || removed.Contains(content.Coordinate))
            {
                _segments.Kill(segment, slot, NextPublication);
                continue;
            }

            segment.JoinSequence(slot, _sequences.Acquire(loaded.SequenceOf(slot)));
            RefineLoaded(TextSpace.Shared, segment.Texts, slot, content.Seq);
            RefineLoaded(TextSpace.Model, segment.Models, slot, content.Seq);
            Place(segment, slot);
        }
    }

    /// <summary>Says that no more rows will be added though some are missing: vectors of those are not kept for them.</summary>
    public void StopLoading() => _refinedWhileLoading = null;

    /// <summary>Says that every stored row has been added; the next snapshot calls itself complete.</summary>
    public void CompleteLoading() => (_removedWhileLoading, _refinedWhileLoading) = (null, null);

    /// <summary>Takes in better vectors of versions that are still current. Seen from the next publication.</summary>
    public void Refine(TextSpace space, IReadOnlyList<RefinedMemory> refined)
    {
        var changes = new Dictionary<Segment, List<VectorChange>>();
        foreach (var (coordinate, seq, refinement) in refined)
        {
            if (IsCurrent(coordinate, seq))
            {
                var place = _places[coordinate];
                CollectionsMarshal.GetValueRefOrAddDefault(changes, place.Segment, out _) ??= [];
                changes[place.Segment].Add(new VectorChange(place.Slot, refinement.Vector));
            }
            else
            {
                // The memory may be on a page that was read before its vector was stored, and that has not been added yet.
                _refinedWhileLoading?.TryAdd((space, seq), refinement);
            }
        }

        foreach (var (segment, list) in changes)
        {
            list.ForEach(change => Tally(segment, change.Slot, -1));
            _segments.Change(space, segment, list);
            list.ForEach(change => Tally(segment, change.Slot, 1));
        }
    }

    /// <summary>Whether the coordinate's vector in that space is a sentence model's.</summary>
    public bool IsRefined(TextSpace space, Coordinate coordinate) =>
        _places.TryGetValue(coordinate, out var place) && MarksOf(space, place.Segment, place.Slot).HasFlag(VectorMarks.Refined);

    /// <summary>Lets go of the sentence model's own space. Snapshots that read it keep it.</summary>
    public void DropModels()
    {
        UsesModels = false;
        _finalModels = 0;
        _segments.DropModels();
    }

    /// <summary>Makes everything since the last publication visible at once, as the state at <paramref name="seq"/>.</summary>
    public IndexSnapshot Publish(long seq)
    {
        _segments.RewriteSparse(NextPublication, (coordinate, segment, slot) => _places[coordinate] = (segment, slot));
        var (views, count) = _segments.View();
        var snapshot = new IndexSnapshot(views, count)
        {
            Publication = NextPublication,
            Seq = seq,
            IsComplete = IsLoaded,
            Count = _places.Count,
            TextCount = _textCount,
            FinalTextCount = _finalTexts,
            FinalModelCount = _finalModels,
            UsesModels = UsesModels,
            TotalLength = _totalLength,
            SequenceBound = _sequences.Bound,
            BroughtDimension = BroughtDimension,
        };
        Volatile.Write(ref _current, snapshot);
        return snapshot;
    }

    private static bool IsFinal(TextSpace space, Segment segment, int slot) => MarksOf(space, segment, slot).HasFlag(VectorMarks.Final);

    private static VectorMarks MarksOf(TextSpace space, Segment segment, int slot) =>
        (space == TextSpace.Shared ? segment.Texts : segment.Models).MarksOf(slot);

    private void RefineLoaded(TextSpace space, VectorBlock block, int slot, long seq)
    {
        if (_refinedWhileLoading is { Count: > 0 } refined && refined.TryGetValue((space, seq), out var found)
            && !block.MarksOf(slot).HasFlag(VectorMarks.Final))
        {
            block.Write(slot, null, found);
        }
    }

    private void Place(Segment segment, int slot)
    {
        ref readonly var content = ref segment[slot];
        _places[content.Coordinate] = (segment, slot);
        Tally(segment, slot, 1);
        if (content.ExpiresAt != long.MaxValue)
        {
            _expiries.Add(content.Coordinate, content.Seq, content.ExpiresAt);
            _expiries.Tidy(_expiring, IsCurrent);
        }
    }

    private bool IsCurrent(Coordinate coordinate, long seq) =>
        _places.TryGetValue(coordinate, out var place) && place.Segment[place.Slot].Seq == seq;

    private void Kill(Coordinate coordinate)
    {
        if (_places.Remove(coordinate, out var place))
        {
            _sequences.Release(place.Segment[place.Slot].Sequence);
            Tally(place.Segment, place.Slot, -1);
            _segments.Kill(place.Segment, place.Slot, NextPublication);
        }
    }

    private void Tally(Segment segment, int slot, int sign)
    {
        ref readonly var content = ref segment[slot];
        _totalLength += sign * content.Length;
        _expiring += content.ExpiresAt == long.MaxValue ? 0 : sign;
        if (content.HasText)
        {
            _textCount += sign;
            _finalTexts += IsFinal(TextSpace.Shared, segment, slot) ? sign : 0;
            _finalModels += IsFinal(TextSpace.Model, segment, slot) ? sign : 0;
        }
    }
}
