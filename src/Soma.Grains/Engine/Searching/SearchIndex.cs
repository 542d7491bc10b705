using System.Diagnostics.CodeAnalysis;
using Soma.Grains.Engine.Searching.Indexing;
using Soma.Grains.Interfaces;

namespace Soma.Grains.Engine.Searching;

/// <summary>A namespace's resident search index: one writer on the grain's turn, any number of readers off it.</summary>
/// <remarks>
/// <para><b>Protocol.</b> Changes go to slots past every published length, and deaths carry the number of the <i>next</i>
/// publication; none of it is visible. <see cref="Publish"/> writes the new snapshot's reference with release order, and a
/// reader takes it with acquire order: whoever sees the snapshot sees all that was written before it. An overwritten
/// memory's old slot dies at the same number from which the new slot is within the lengths, so every snapshot has exactly
/// one of the two. Deaths are numbered by publication and not by seq because changes without a seq (vectors, loading,
/// rewriting) are published too.</para>
/// <para><b>Memory.</b> A full segment that is more than half dead is rewritten at the next publication, alone or with
/// others as sparse: at most about two copies a death, and never more than twice the living slots. Old snapshots keep their
/// segments until they are let go.</para>
/// </remarks>
/// <param name="dimension">How many numbers a text vector has.</param>
public sealed class SearchIndex(int dimension)
{
    private const int SmallestCapacity = 16;
    private const int BytesPerMemory = 96;

    private readonly Dictionary<Coordinate, (Segment Segment, int Slot)> _places = [];
    private readonly SequenceIds _sequences = new();
    private readonly HashSet<Segment> _touched = [];
    private HashSet<Coordinate>? _removedWhileLoading = [];
    private Segment[] _segments = new Segment[4];
    private int _segmentCount;
    private long _totalLength;
    private int _textCount;
    private IndexSnapshot _current = IndexSnapshot.Empty;

    /// <summary>The newest published state. Safe for any thread.</summary>
    public IndexSnapshot Current => Volatile.Read(ref _current);

    /// <summary>Whether every living memory of the namespace has been added.</summary>
    public bool IsLoaded => _removedWhileLoading is null;

    /// <summary>Living memories, those not published yet included.</summary>
    public int Count => _places.Count;

    /// <summary>An estimate of the memory held, dead slots included. For the writer.</summary>
    public long Bytes
    {
        get
        {
            var bytes = (long)BytesPerMemory * _places.Count;
            foreach (var segment in _segments.AsSpan(0, _segmentCount))
            {
                bytes += segment.Bytes;
            }

            return bytes;
        }
    }

    /// <summary>How many numbers a brought vector has here; 0 before the first.</summary>
    public int BroughtDimension { get; private set; }

    /// <summary>Takes in a memory, replacing what its coordinate held. Seen from the next publication.</summary>
    public void Put(IndexEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Kill(entry.Coordinate);
        var segment = OpenSegment();
        var slot = segment.Append(SlotOf(entry));
        if (entry.Content.Vector is { } vector)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(vector.Length, dimension);
            segment.Texts.Write(slot, vector);
        }

        if (Fits(entry.BroughtVector))
        {
            segment.Brought.WriteNormalised(slot, entry.BroughtVector);
            BroughtDimension = entry.BroughtVector.Length;
        }

        foreach (var (term, count) in entry.Content.Terms.Terms)
        {
            segment.Terms.Add(term, slot, count);
        }

        _places[entry.Coordinate] = (segment, slot);
        _totalLength += entry.Content.Terms.Length;
        _textCount += entry.Content.HasText ? 1 : 0;
    }

    /// <summary>Takes a memory out. Seen from the next publication.</summary>
    public void Remove(Coordinate coordinate)
    {
        Kill(coordinate);
        _removedWhileLoading?.Add(coordinate);
    }

    /// <summary>Takes in a row that was already stored when this index was made; a newer write to its coordinate wins.</summary>
    public void AddLoaded(IndexEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (!_places.ContainsKey(entry.Coordinate) && _removedWhileLoading?.Contains(entry.Coordinate) == false)
        {
            Put(entry);
        }
    }

    /// <summary>Says that every stored row has been added; the next snapshot calls itself complete.</summary>
    public void CompleteLoading() => _removedWhileLoading = null;

    /// <summary>Makes everything since the last publication visible at once, as the state at <paramref name="seq"/>.</summary>
    public IndexSnapshot Publish(long seq)
    {
        RewriteSparseSegments();
        var snapshot = new IndexSnapshot(_segments, _segmentCount)
        {
            Publication = NextPublication,
            Seq = seq,
            IsComplete = IsLoaded,
            Count = _places.Count,
            TextCount = _textCount,
            TotalLength = _totalLength,
            SequenceBound = _sequences.Bound,
            BroughtDimension = BroughtDimension,
        };
        Volatile.Write(ref _current, snapshot);
        return snapshot;
    }

    private long NextPublication => _current.Publication + 1;

    private bool Fits([NotNullWhen(true)] float[]? brought) =>
        brought is { Length: > 0 } && (BroughtDimension == 0 || brought.Length == BroughtDimension);

    private Slot SlotOf(IndexEntry entry) => new()
    {
        Coordinate = entry.Coordinate,
        Seq = entry.Seq,
        CreatedSeq = entry.CreatedSeq,
        Importance = entry.Importance,
        CreatedAt = entry.CreatedAt,
        UpdatedAt = entry.UpdatedAt,
        ExpiresAt = entry.ExpiresAt?.Microseconds ?? long.MaxValue,
        Fields = entry.Content.Fields,
        Length = entry.Content.Terms.Length,
        Sequence = _sequences.Acquire(entry.Content.Sequence),
        Type = entry.Type,
        HasText = entry.Content.HasText,
        HasVector = entry.Content.Vector is not null,
        HasBrought = Fits(entry.BroughtVector),
    };

    private void Kill(Coordinate coordinate)
    {
        if (!_places.Remove(coordinate, out var place))
        {
            return;
        }

        ref readonly var slot = ref place.Segment[place.Slot];
        _sequences.Release(slot.Sequence);
        _totalLength -= slot.Length;
        _textCount -= slot.HasText ? 1 : 0;
        place.Segment.Kill(place.Slot, NextPublication);
        _touched.Add(place.Segment);
    }

    private Segment OpenSegment()
    {
        if (_segmentCount > 0 && !_segments[_segmentCount - 1].IsFull)
        {
            return _segments[_segmentCount - 1];
        }

        if (_segmentCount > 0)
        {
            _touched.Add(_segments[_segmentCount - 1]);
        }

        // As large as what is there already: small namespaces stay small, and large ones have few segments.
        var capacity = Math.Clamp(_places.Count, SmallestCapacity, Segment.LargestCapacity);
        if (_segmentCount == _segments.Length)
        {
            Array.Resize(ref _segments, _segmentCount * 2);
        }

        // Snapshots that share this array look at no place past their own count.
        return _segments[_segmentCount++] = new Segment(capacity);
    }

    private void RewriteSparseSegments()
    {
        foreach (var segment in _touched.Where(IsSparse).ToArray())
        {
            if (IsSparse(segment) && Array.IndexOf(_segments, segment, 0, _segmentCount) >= 0)
            {
                Rewrite(segment);
            }
        }

        _touched.Clear();
    }

    private static bool IsSparse(Segment segment) => segment.IsFull && segment.Living * 2 < segment.Capacity;

    private void Rewrite(Segment sparse)
    {
        var chosen = new List<Segment>();
        var room = sparse.Capacity;
        foreach (var segment in _segments.AsSpan(0, _segmentCount))
        {
            // Others come along only while the copy stays within what this segment's own deaths have paid for.
            if (segment == sparse || (segment.IsFull && segment.Living <= sparse.Living && segment.Living <= room - sparse.Living))
            {
                chosen.Add(segment);
                room -= segment == sparse ? 0 : segment.Living;
            }
        }

        var next = NextPublication;
        var merged = SegmentRewriter.Merge(chosen, (from, slot, to, place) =>
        {
            from.Kill(slot, next);
            _places[to[place].Coordinate] = (to, place);
        });
        Replace(chosen, merged);
    }

    // A new array: older snapshots go on reading the old one.
    private void Replace(List<Segment> gone, Segment merged)
    {
        var kept = new List<Segment>(_segmentCount);
        foreach (var segment in _segments.AsSpan(0, _segmentCount))
        {
            if (!gone.Contains(segment))
            {
                kept.Add(segment);
            }
            else if (segment == gone[0] && merged.Capacity > 0)
            {
                kept.Add(merged);
            }
        }

        _segmentCount = kept.Count;
        _segments = new Segment[kept.Count + 1];
        kept.CopyTo(_segments);
    }
}
