namespace Soma.Grains.Searching.Indexing;

/// <summary>Finds the slots of a segment whose coordinates lie in a box.</summary>
/// <remarks>
/// A full segment keeps its coordinates ordered by their first number, made by the first request that asks for a box; stores do nothing for
/// it. So a request costs a binary search in each segment of 4,096 memories, and a look at each key whose first number is within the box.
/// Of the last segment, which still grows, all keys are looked at.
/// </remarks>
internal sealed class KeyBox(CoordinateBox box)
{
    private readonly double[] _least = box.Least.ToNumbers();
    private readonly double[] _most = box.Most.ToNumbers();

    /// <summary>The slots in rising order.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="length">How many of its slots the reader's snapshot has.</param>
    public int[] SlotsIn(Segment segment, int length)
    {
        if (_least.Length == 0 || _least.Length != _most.Length)
        {
            return [];
        }

        var candidates = length == segment.Capacity ? segment.Keys.Between(_least.Length, _least[0], _most[0]) : Enumerable.Range(0, length);
        return [.. candidates.Where(slot => Contains(segment[slot].Coordinate)).Order()];
    }

    private bool Contains(Coordinate key)
    {
        var numbers = key.ToNumbers();
        if (numbers.Length != _least.Length)
        {
            return false;
        }

        for (var i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] < _least[i] || numbers[i] > _most[i])
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>The coordinates of a full segment, for each number of dimensions by their first number. Ids are left out.</summary>
internal sealed class KeyOrder
{
    private readonly Dictionary<int, (double[] Firsts, int[] Slots)> _byDimensions;

    private KeyOrder(Dictionary<int, (double[] Firsts, int[] Slots)> byDimensions) => _byDimensions = byDimensions;

    public static KeyOrder Of(Segment segment)
    {
        var byDimensions = Enumerable.Range(0, segment.Count)
            .Select(slot => (Slot: slot, Numbers: segment[slot].Coordinate.ToNumbers()))
            .Where(key => key.Numbers.Length > 0)
            .GroupBy(key => key.Numbers.Length, key => (First: key.Numbers[0], key.Slot));
        return new KeyOrder(byDimensions.ToDictionary(keys => keys.Key, keys =>
        {
            var ordered = keys.OrderBy(key => key.First).ToArray();
            return (Array.ConvertAll(ordered, key => key.First), Array.ConvertAll(ordered, key => key.Slot));
        }));
    }

    /// <summary>The slots whose coordinates have so many numbers, the first of them within these bounds.</summary>
    public IEnumerable<int> Between(int dimensions, double least, double most)
    {
        if (!_byDimensions.TryGetValue(dimensions, out var keys))
        {
            yield break;
        }

        for (var i = FirstNotBelow(keys.Firsts, least); i < keys.Firsts.Length && keys.Firsts[i] <= most; i++)
        {
            yield return keys.Slots[i];
        }
    }

    private static int FirstNotBelow(double[] ordered, double least)
    {
        var (from, to) = (0, ordered.Length);
        while (from < to)
        {
            var middle = from + ((to - from) / 2);
            (from, to) = ordered[middle] < least ? (middle + 1, to) : (from, middle);
        }

        return from;
    }
}
