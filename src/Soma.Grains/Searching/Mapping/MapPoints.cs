using System.IO.Hashing;
using Soma.Grains.Searching.Indexing;

namespace Soma.Grains.Searching.Mapping;

/// <summary>The memories of a snapshot that a map shows, with their vectors: all, or a sample.</summary>
/// <remarks>
/// The memories are ordered by a hash of their keys, and a sample takes the first of them. So the same memories give the same order,
/// whatever the order of their writes was, and a sample keeps nearly all of its memories when others are written.
/// </remarks>
internal sealed class MapPoints
{
    private readonly IndexSnapshot _snapshot;
    private readonly Space _space;
    private readonly Place[] _places;

    private MapPoints(IndexSnapshot snapshot, Space space, Place[] places) => (_snapshot, _space, _places) = (snapshot, space, places);

    /// <summary>Where a map's vectors lie. All vectors of a map are of one space, because cosines of two spaces say nothing together.</summary>
    private enum Space
    {
        Texts,
        Models,
        Brought,
    }

    public int Count => _places.Length;

    /// <summary>Memories of the snapshot that had not expired.</summary>
    public int Memories { get; private init; }

    public int WithoutVector { get; private init; }

    /// <summary>How many numbers a vector has.</summary>
    public int Dimension => Count == 0 ? 0 : VectorOf(0).Length;

    public static MapPoints Of(IndexSnapshot snapshot, Instant now, int most)
    {
        var space = ChooseSpace(snapshot);
        var (memories, places) = (0, new List<Place>());
        for (var i = 0; i < snapshot.SegmentCount; i++)
        {
            var (segment, block) = (snapshot.SegmentAt(i), BlockOf(snapshot, i, space));
            for (var slot = 0; slot < snapshot.LengthOf(i); slot++)
            {
                if (segment.LivesAt(slot, snapshot.Publication) && segment[slot].ExpiresAt > now.Microseconds)
                {
                    memories++;
                    if (block.Has(slot))
                    {
                        places.Add(new Place(HashOf(segment[slot].Coordinate), i, slot));
                    }
                }
            }
        }

        places.Sort((left, right) => left.Hash != right.Hash ? left.Hash.CompareTo(right.Hash) : Key(left).CompareTo(Key(right)));
        return new MapPoints(snapshot, space, [.. places.Take(most)]) { Memories = memories, WithoutVector = memories - places.Count };

        Coordinate Key(Place place) => snapshot.SegmentAt(place.Segment)[place.Slot].Coordinate;
    }

    public ReadOnlySpan<float> VectorOf(int point) => BlockOf(_snapshot, _places[point].Segment, _space).Read(_places[point].Slot);

    public Coordinate KeyOf(int point) => SlotOf(point).Coordinate;

    public (Coordinate Coordinate, long Seq) VersionOf(int point) => (SlotOf(point).Coordinate, SlotOf(point).Seq);

    /// <summary>A number that looks like chance and is always the same for a memory.</summary>
    public ulong ChanceOf(int point) => _places[point].Hash;

    /// <summary>The segments of the snapshot, each with the point of each slot; -1: the slot is none.</summary>
    public IEnumerable<(SegmentTerms Terms, int[] PointOf)> Segments()
    {
        var points = new int[_snapshot.SegmentCount][];
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = new int[_snapshot.LengthOf(i)];
            points[i].AsSpan().Fill(-1);
        }

        for (var point = 0; point < Count; point++)
        {
            points[_places[point].Segment][_places[point].Slot] = point;
        }

        return points.Select((of, i) => (_snapshot.SegmentAt(i).Terms, of));
    }

    private ref readonly Slot SlotOf(int point) => ref _snapshot.SegmentAt(_places[point].Segment)[_places[point].Slot];

    private static ulong HashOf(Coordinate coordinate) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(coordinate.Text.AsSpan()));

    /// <summary>Texts' vectors are taken as searches take them; brought ones where at least as many memories have those.</summary>
    private static Space ChooseSpace(IndexSnapshot snapshot)
    {
        var texts = snapshot.UsesModels ? Space.Models : Space.Texts;
        var brought = CountIn(snapshot, Space.Brought);
        return brought > 0 && brought >= CountIn(snapshot, texts) ? Space.Brought : texts;
    }

    private static int CountIn(IndexSnapshot snapshot, Space space)
    {
        var count = 0;
        for (var i = 0; i < snapshot.SegmentCount; i++)
        {
            var (segment, block) = (snapshot.SegmentAt(i), BlockOf(snapshot, i, space));
            for (var slot = 0; slot < snapshot.LengthOf(i); slot++)
            {
                count += block.Has(slot) && segment.LivesAt(slot, snapshot.Publication) ? 1 : 0;
            }
        }

        return count;
    }

    private static VectorBlock BlockOf(IndexSnapshot snapshot, int segment, Space space) => space switch
    {
        Space.Models => snapshot.ViewAt(segment).Models,
        Space.Brought => snapshot.SegmentAt(segment).Brought,
        _ => snapshot.ViewAt(segment).Texts,
    };

    private readonly record struct Place(ulong Hash, int Segment, int Slot);
}
