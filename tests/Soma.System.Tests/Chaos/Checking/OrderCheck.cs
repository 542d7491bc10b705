using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Checking;

/// <summary>Whether the namespace behaved as if its operations had happened one after the other, in the log's order.</summary>
/// <remarks>
/// <para>The log is the order of the writes, so nothing is searched for: each operation needs a place in it that respects
/// real time. One sweep over all beginnings and ends, in order of time, keeps the <i>floor</i>: the largest seq that anyone
/// had been told of by then. An operation's place is at or after the floor of its beginning; a write's strictly after,
/// since what was told of was there before it began.</para>
/// <para>A read takes the earliest place that its answer allows, which constrains the later ones least; so if this way
/// of placing fails, every way does. That a read shows nothing from its future needs no check of its own: such a write
/// began after the read had raised the floor to it, and is found too early in the log then.</para>
/// </remarks>
internal sealed class OrderCheck(NamespaceLog log, Violations violations)
{
    private long _floor;

    /// <summary>Checks what was answered.</summary>
    /// <returns>For each operation the floor when it began.</returns>
    public long[] Run(IReadOnlyList<Operation> operations)
    {
        var floors = new long[operations.Count];
        foreach (var (index, isEnd) in InTime(operations))
        {
            if (!isEnd)
            {
                floors[index] = _floor;
            }
            else if (operations[index] is { Kind: not OperationKind.Replay, Outcome: Outcome.Done or Outcome.Refused } operation)
            {
                Place(operation, floors[index]);
            }
        }

        return floors;
    }

    // What ends and begins in the same tick is concurrent: beginnings first.
    private static IEnumerable<(int Index, bool IsEnd)> InTime(IReadOnlyList<Operation> operations) =>
        operations.SelectMany((operation, index) => new[] { (operation.Invoked, false, index), (operation.Returned, true, index) })
            .Order()
            .Select(moment => (moment.index, moment.Item2));

    private void Place(Operation operation, long floor)
    {
        if (operation.Rows.Count > 0 && operation.Outcome == Outcome.Done)
        {
            if (operation.FirstSeq <= floor)
            {
                violations.Add("order", $"{operation} began when seq {floor} was known");
            }

            _floor = Math.Max(_floor, operation.LastSeq);
        }
        else if (FindPlace(operation, floor) is { } place)
        {
            _floor = Math.Max(_floor, place);
        }

        PlaceHead(operation, floor);
    }

    private void PlaceHead(Operation operation, long floor)
    {
        if (operation.Head is not { } head)
        {
            return;
        }

        if (head < floor || head > log.Head)
        {
            violations.Add("head", $"{operation} when seq {floor} was known and the log ends with {log.Head}");
        }

        // Who goes on from there with the changes after it must miss nothing.
        foreach (var sighting in operation.Sightings)
        {
            if (log.FirstFrom(head, sighting) != head)
            {
                violations.Add("snapshot", $"{operation} saw {sighting}, which is not how it was at seq {head}");
            }
        }

        _floor = Math.Max(_floor, Math.Min(head, log.Head));
    }

    /// <summary>The earliest place where all that the answer says was true at once; null: there is none.</summary>
    private long? FindPlace(Operation operation, long floor)
    {
        var place = floor;
        for (var hasMoved = true; hasMoved;)
        {
            hasMoved = false;
            foreach (var sighting in operation.Sightings)
            {
                if (log.FirstFrom(place, sighting) is not { } next)
                {
                    violations.Add("stale", $"{operation} saw {sighting}, which is at no place from seq {place} on; seq {floor} was known before it began");
                    return null;
                }

                hasMoved |= next > place;
                place = next;
            }
        }

        return place;
    }
}
