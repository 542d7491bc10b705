using System.Buffers;
using System.Collections;
using Soma.Grains.Searching.Indexing;

namespace Soma.Grains.Searching.Ranking;

/// <summary>The memories of a snapshot that a request may find, by position. A position is the number of a slot, counted through all segments.</summary>
internal sealed class Candidates : IDisposable
{
    private readonly int[] _offsets;
    private readonly bool[] _allowed;

    public Candidates(IndexSnapshot snapshot)
    {
        Snapshot = snapshot;
        _offsets = new int[snapshot.SegmentCount + 1];
        for (var i = 0; i < snapshot.SegmentCount; i++)
        {
            _offsets[i + 1] = _offsets[i] + snapshot.LengthOf(i);
        }

        _allowed = ArrayPool<bool>.Shared.Rent(Positions);
        _allowed.AsSpan(0, Positions).Clear();
    }

    public IndexSnapshot Snapshot { get; }

    /// <summary>How many positions there are, including dead memories and those that are not allowed.</summary>
    public int Positions => _offsets[^1];

    /// <summary>How many memories are allowed.</summary>
    public int Count { get; private set; }

    public bool this[int position] => _allowed[position];

    /// <summary>Whether each position is allowed.</summary>
    public ReadOnlySpan<bool> Allowed => _allowed.AsSpan(0, Positions);

    public int OffsetOf(int segment) => _offsets[segment];

    public void Allow(int position)
    {
        _allowed[position] = true;
        Count++;
    }

    /// <summary>Allows only these positions from now on.</summary>
    public void Restrict(IReadOnlyCollection<int> positions)
    {
        _allowed.AsSpan(0, Positions).Clear();
        Count = 0;
        foreach (var position in positions)
        {
            Allow(position);
        }
    }

    /// <summary>Writes <paramref name="mark"/> at the positions that are not allowed.</summary>
    public void MarkOthers(Span<float> scores, float mark)
    {
        for (var i = 0; i < scores.Length && Count < Positions; i++)
        {
            scores[i] = _allowed[i] ? scores[i] : mark;
        }
    }

    /// <summary>Segment and slot of a position.</summary>
    public (int Segment, int Slot) PlaceOf(int position)
    {
        var found = Array.BinarySearch(_offsets, position);
        var segment = found >= 0 ? found : ~found - 1;
        return (segment, position - _offsets[segment]);
    }

    /// <summary>Finds these keys among the snapshot's living memories. A memory that is not allowed is found at −1.</summary>
    public IReadOnlyDictionary<Coordinate, int> Find(IReadOnlyCollection<Coordinate> keys)
    {
        var (wanted, found) = (keys.ToHashSet(), new Dictionary<Coordinate, int>());
        var hashes = new BitArray(1 << 16);
        foreach (var key in wanted)
        {
            hashes[(ushort)key.GetHashCode()] = true;
        }

        for (var i = 0; i < Snapshot.SegmentCount && found.Count < wanted.Count; i++)
        {
            var segment = Snapshot.SegmentAt(i);
            var known = segment.KeyHashes[..Snapshot.LengthOf(i)];
            for (var slot = 0; slot < known.Length; slot++)
            {
                if (hashes[known[slot]] && segment.LivesAt(slot, Snapshot.Publication) && wanted.Contains(segment[slot].Coordinate))
                {
                    found[segment[slot].Coordinate] = this[_offsets[i] + slot] ? _offsets[i] + slot : -1;
                }
            }
        }

        return found;
    }

    /// <summary>Allows a run of positions, none of which is allowed yet.</summary>
    public void AllowRun(int from, int count)
    {
        _allowed.AsSpan(from, count).Fill(true);
        Count += count;
    }

    /// <summary>The importance of a memory, faded if <paramref name="fading"/> says how.</summary>
    public double ImportanceAt(int position, Fading? fading)
    {
        ref readonly var slot = ref SlotAt(position);
        return fading is null ? slot.Importance : fading.Of(slot.Importance, slot.Coordinate, slot.UpdatedAt);
    }

    /// <summary>The largest importance among the allowed memories, at least 0.</summary>
    public double LargestImportance(Fading? fading)
    {
        var largest = 0d;
        for (var i = 0; i < Positions; i++)
        {
            largest = _allowed[i] ? Math.Max(largest, ImportanceAt(i, fading)) : largest;
        }

        return largest;
    }

    public ref readonly Slot SlotAt(int position)
    {
        var (segment, slot) = PlaceOf(position);
        return ref Snapshot.SegmentAt(segment)[slot];
    }

    public int CompareKeys(int left, int right) => SlotAt(left).Coordinate.CompareTo(SlotAt(right).Coordinate);

    public void Dispose() => ArrayPool<bool>.Shared.Return(_allowed);
}
