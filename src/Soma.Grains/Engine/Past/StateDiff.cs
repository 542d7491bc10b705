using System.Runtime.CompilerServices;
using Soma.Grains.Storage.Past;

namespace Soma.Grains.Engine.Past;

/// <summary>A memory that two states do not share; or, without versions, a key up to which they share everything else.</summary>
internal readonly record struct StateDifference(Coordinate Coordinate, StatePlace? From, StatePlace? To)
{
    public bool IsProgress => From is null && To is null;
}

/// <summary>Compares two states in the order of their keys. It holds one page of each at a time.</summary>
internal static class StateDiff
{
    /// <summary>Returns the differences behind a key, and after each pair of pages how far it has come.</summary>
    /// <param name="from">The earlier state.</param>
    /// <param name="to">The later state.</param>
    /// <param name="isOneLog">Whether both are of one log, where equal seqs mean the same version.</param>
    /// <param name="after">Only memories behind this key are compared.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    public static async IAsyncEnumerable<StateDifference> ReadAsync(
        StateSide from, StateSide to, bool isOneLog, Coordinate? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var (left, right) = (await from.ReadAsync(after, cancellationToken), await to.ReadAsync(after, cancellationToken));
            // A page that is not the last says nothing about the keys behind its own last one.
            var end = Earlier(left.IsLast ? null : left.Places[^1].Coordinate, right.IsLast ? null : right.Places[^1].Coordinate);
            var differences = Merge(left.Places, right.Places, end).Where(each => !isOneLog || each.From?.Seq != each.To?.Seq).ToArray();
            var both = differences.Where(each => each is { From: not null, To: not null }).ToArray();
            var before = await from.HashAsync([.. both.Select(each => each.From!.Value)], cancellationToken);
            var now = await to.HashAsync([.. both.Select(each => each.To!.Value)], cancellationToken);
            foreach (var each in differences)
            {
                if (Compare(each, before, now) is { IsProgress: false } difference)
                {
                    yield return difference;
                }
            }

            if (end is not { } last)
            {
                yield break;
            }

            after = last;
            yield return new StateDifference(last, null, null);
        }
    }

    private static Coordinate? Earlier(Coordinate? one, Coordinate? other) =>
        one is not { } left ? other : other is not { } right ? one : left.CompareTo(right) < 0 ? left : right;

    /// <summary>All keys of both pages up to <paramref name="end"/>, in order.</summary>
    private static IEnumerable<StateDifference> Merge(IReadOnlyList<StatePlace> left, IReadOnlyList<StatePlace> right, Coordinate? end)
    {
        for (int i = 0, j = 0; i < left.Count || j < right.Count;)
        {
            var order = i == left.Count ? 1 : j == right.Count ? -1 : left[i].Coordinate.CompareTo(right[j].Coordinate);
            StatePlace? from = order <= 0 ? left[i++] : null;
            StatePlace? to = order >= 0 ? right[j++] : null;
            var coordinate = (from ?? to)!.Value.Coordinate;
            if (end is { } last && coordinate.CompareTo(last) > 0)
            {
                yield break;
            }

            yield return new StateDifference(coordinate, from, to);
        }
    }

    /// <summary>A content that was purged since its page was read counts as absent.</summary>
    private static StateDifference Compare(
        StateDifference each, IReadOnlyDictionary<Coordinate, byte[]> before, IReadOnlyDictionary<Coordinate, byte[]> now)
    {
        if (each.From is null || each.To is null)
        {
            return each;
        }

        var (left, right) = (before.GetValueOrDefault(each.Coordinate), now.GetValueOrDefault(each.Coordinate));
        return left is not null && right is not null && left.AsSpan().SequenceEqual(right)
            ? each with { From = null, To = null }
            : new StateDifference(each.Coordinate, left is null ? null : each.From, right is null ? null : each.To);
    }
}
