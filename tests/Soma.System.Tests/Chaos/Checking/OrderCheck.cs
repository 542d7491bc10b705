using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Checking;

/// <summary>
/// Checks that the namespace behaved as if its operations had happened one after the other, in the order of the log
/// (linearizability).
/// </summary>
/// <remarks>
/// <para>The log gives the order of the writes, so no order has to be searched for: each operation needs a place in the
/// log that agrees with real time. One sweep over all begins and ends of operations, in order of time, keeps the
/// <i>floor</i>: the largest seq that any client had been told of by then. The place of a read is at or after the floor
/// at its begin. The place of a write is after the floor, because every write that had been told of existed
/// before.</para>
/// <para>A read is put at the earliest place that agrees with its answer, because that restricts later operations
/// least. If this choice fails, every choice fails. It needs no separate check that a read shows nothing from its
/// future: a write that it showed too early would begin after the read had raised the floor to that write's seq, and so
/// the write itself would violate the order.</para>
/// </remarks>
internal sealed class OrderCheck(NamespaceLog log, Violations violations)
{
    private long _floor;

    /// <summary>Checks all acknowledged operations.</summary>
    /// <returns>For each operation, the floor at its begin.</returns>
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

    // An end and a begin at the same tick count as concurrent, so begins are sorted first.
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

        // A client that applies the changes after this head to what it saw must not miss any.
        foreach (var sighting in operation.Sightings)
        {
            if (log.FirstFrom(head, sighting) != head)
            {
                violations.Add("snapshot", $"{operation} saw {sighting}, which is not how it was at seq {head}");
            }
        }

        _floor = Math.Max(_floor, Math.Min(head, log.Head));
    }

    /// <summary>
    /// The earliest place at which everything in the answer was true at the same time; null: there is none.
    /// </summary>
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
