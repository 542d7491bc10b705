namespace Soma.Grains.Searching.Indexing;

/// <summary>An index's segments in order, and the views of them that snapshots take. For the writer.</summary>
internal sealed class SegmentList
{
    // A vector takes 2 KB, and many namespaces hold a few memories only.
    private const int SmallestCapacity = 1;

    private readonly HashSet<Segment> _touched = [];
    private readonly List<Segment> _segments = [];
    private SegmentView[] _views = new SegmentView[4];
    private bool _areViewsOld;

    /// <summary>An estimate of what the segments hold, dead slots included.</summary>
    public long Bytes
    {
        get
        {
            var bytes = 0L;
            foreach (var segment in _segments)
            {
                bytes += segment.Bytes;
            }

            return bytes;
        }
    }

    /// <summary>Returns the segment that takes the next slot. A new segment has room for as many memories as there are <paramref name="living"/> ones.</summary>
    public Segment Open(int living)
    {
        if (_segments is [.., var last])
        {
            if (!last.IsFull)
            {
                return last;
            }

            _touched.Add(last);
        }

        // Small namespaces stay small, and large ones have few segments.
        var segment = new Segment(Math.Clamp(living, SmallestCapacity, Segment.LargestCapacity));
        if (_segments.Count == _views.Length)
        {
            Array.Resize(ref _views, _views.Length * 2);
        }

        // Older snapshots share this array, but read no place beyond their own count.
        _views[_segments.Count] = ViewOf(segment);
        _segments.Add(segment);
        return segment;
    }

    /// <summary>Takes in a full segment. One that is still being filled stays the last.</summary>
    public void AddFull(Segment segment)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(segment.Count, segment.Capacity);
        _segments.Insert(_segments.Count - (_segments is [.., { IsFull: false }] ? 1 : 0), segment);
        RenewViews();
    }

    public void Kill(Segment segment, int slot, long publication)
    {
        segment.Kill(slot, publication);
        _touched.Add(segment);
    }

    /// <summary>Changes vectors. The writer sees the change at once, snapshots see it from the next <see cref="View"/> on.</summary>
    public void Change(TextSpace space, Segment segment, IEnumerable<VectorChange> changes)
    {
        if (space == TextSpace.Shared)
        {
            segment.Texts = segment.Texts.With(changes);
        }
        else
        {
            segment.Models = segment.Models.With(changes);
        }

        _areViewsOld = true;
    }

    /// <summary>Drops the vectors in the sentence model's own space.</summary>
    public void DropModels()
    {
        foreach (var segment in _segments)
        {
            segment.Models = new VectorBlock(segment.Capacity);
        }

        _areViewsOld = true;
    }

    /// <summary>What a snapshot reads: the views, and how many of them.</summary>
    public (SegmentView[] Views, int Count) View()
    {
        if (_areViewsOld)
        {
            RenewViews();
        }

        return (_views, _segments.Count);
    }

    /// <summary>Copies the living slots of sparse segments into new segments, and reports the new places.</summary>
    public void RewriteSparse(long publication, Action<Coordinate, Segment, int> moved)
    {
        foreach (var segment in _touched.Where(IsSparse).ToArray())
        {
            if (IsSparse(segment) && _segments.Contains(segment))
            {
                Rewrite(segment, publication, moved);
            }
        }

        _touched.Clear();
    }

    private static SegmentView ViewOf(Segment segment) => new(segment, segment.Texts, segment.Models);

    private static bool IsSparse(Segment segment) => segment.IsFull && segment.Living * 2 < segment.Capacity;

    // The views get a new array, because older snapshots still read the old one.
    private void RenewViews()
    {
        _views = new SegmentView[_segments.Count + 1];
        for (var i = 0; i < _segments.Count; i++)
        {
            _views[i] = ViewOf(_segments[i]);
        }

        _areViewsOld = false;
    }

    private void Rewrite(Segment sparse, long publication, Action<Coordinate, Segment, int> moved)
    {
        var chosen = new List<Segment>();
        var room = sparse.Capacity;
        foreach (var segment in _segments)
        {
            // Other segments are copied too only while there is room for their slots in place of this segment's dead ones. So the
            // cost stays in proportion to the deaths.
            if (segment == sparse || (segment.IsFull && segment.Living <= sparse.Living && segment.Living <= room - sparse.Living))
            {
                chosen.Add(segment);
                room -= segment == sparse ? 0 : segment.Living;
            }
        }

        var merged = SegmentRewriter.Merge(chosen, (from, slot, to, place) =>
        {
            from.Kill(slot, publication);
            moved(to[place].Coordinate, to, place);
        });
        var place = _segments.IndexOf(chosen[0]);
        _segments.RemoveAll(chosen.Contains);
        if (merged.Capacity > 0)
        {
            _segments.Insert(place, merged);
        }

        RenewViews();
    }
}
