using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Checking;

/// <summary>
/// Checks that the log holds acknowledged writes exactly once and completely, refused writes never, and writes of
/// unknown outcome at most once.
/// </summary>
internal sealed class WriteCheck(NamespaceLog log, Violations violations)
{
    private readonly Dictionary<string, long> _seqs = [];
    private readonly HashSet<long> _claimed = [];

    /// <param name="operations">All operations of the namespace.</param>
    /// <param name="floors">For each operation, the largest seq that was known when it began.</param>
    public void Run(IReadOnlyList<Operation> operations, long[] floors)
    {
        FindMarkers();
        for (var i = 0; i < operations.Count; i++)
        {
            if (operations[i] is { Rows.Count: > 0, Kind: not OperationKind.Replay } write)
            {
                Check(write, floors[i]);
            }
        }

        CheckUnclaimed(operations, floors);
    }

    /// <summary>
    /// The seq of the write's first row, found by its marker; null: the write has no marker or is not in the log.
    /// </summary>
    public long? FindFirst(Operation write) =>
        write.Rows is [{ Marker.Length: > 0 } first, ..] && _seqs.TryGetValue(first.Marker, out var seq) ? seq : null;

    private void FindMarkers()
    {
        foreach (var entry in log.Entries)
        {
            if (entry.Marker.Length > 0 && !_seqs.TryAdd(entry.Marker, entry.Seq))
            {
                violations.Add("twice", $"{log.Name}: '{entry.Marker}' was applied at seq {_seqs[entry.Marker]} and again at {entry.Seq}");
            }
        }
    }

    private void Check(Operation write, long floor)
    {
        switch (write.Outcome)
        {
            case Outcome.Done:
                CheckAcknowledged(write);
                break;
            case Outcome.Unknown:
                CheckUnknown(write, floor);
                break;
            default:
                foreach (var row in write.Rows.Where(row => _seqs.ContainsKey(row.Marker)))
                {
                    violations.Add("not applied", $"{write} lies at seq {_seqs[row.Marker]}");
                    Claim(write, _seqs[row.Marker]);
                }

                break;
        }
    }

    private void CheckAcknowledged(Operation write)
    {
        for (var i = 0; i < write.Rows.Count; i++)
        {
            var row = write.Rows[i];
            var seq = write.FirstSeq + i;
            var isRight = log.Find(seq) is { } entry && entry.Coordinate == row.Coordinate && entry.Marker == row.Marker
                && entry.Op == OpOf(write)
                && (write.Versions.Count == 0 || entry.Version == write.Versions[i]);
            if (!isRight)
            {
                violations.Add("lost", $"{write}: seq {seq} holds {log.Find(seq)?.ToString() ?? "nothing"}");
            }

            Claim(write, seq);
        }

        if (write.Head is { } head && head != write.LastSeq)
        {
            violations.Add("head", $"{write} ends with seq {write.LastSeq}");
        }

        CheckCondition(write, write.FirstSeq);
    }

    private void CheckUnknown(Operation write, long floor)
    {
        var found = write.Rows.Where(row => _seqs.ContainsKey(row.Marker)).Select(row => _seqs[row.Marker]).ToList();
        if (found.Count == 0)
        {
            return;
        }

        if (found.Count < write.Rows.Count
            || !found.SequenceEqual(Enumerable.Range(0, found.Count).Select(i => found[0] + i))
            || found.Any(seq => log.Find(seq)!.Value.Epoch != log.Find(found[0])!.Value.Epoch))
        {
            violations.Add("torn", $"{write}: of its {write.Rows.Count} rows the log holds {string.Join(", ", found)}");
        }

        if (found[0] <= floor)
        {
            violations.Add("order", $"{write} lies at seq {found[0]} and began when seq {floor} was known");
        }

        found.ForEach(seq => Claim(write, seq));
        CheckCondition(write, found[0]);
    }

    private void CheckCondition(Operation write, long firstSeq)
    {
        if (write.Before is { } before && log.FirstFrom(firstSeq - 1, before) != firstSeq - 1)
        {
            violations.Add("condition", $"{write} was applied at seq {firstSeq}, before which {before} was not so");
        }
    }

    private void Claim(Operation write, long seq)
    {
        if (!_claimed.Add(seq))
        {
            violations.Add("twice", $"{write}: seq {seq} is another write's too");
        }
    }

    private void CheckUnclaimed(IReadOnlyList<Operation> operations, long[] floors)
    {
        var unclaimed = log.Entries.Where(entry => !_claimed.Contains(entry.Seq)).ToList();
        foreach (var entry in unclaimed.Where(entry => entry.Op != LoggedOp.Delete))
        {
            violations.Add("nobody's", $"{log.Name}: nobody sent {entry}");
        }

        // A delete has no marker. Each delete in the log that no acknowledged write explains needs a delete of unknown
        // outcome, of the same coordinate, that began early enough.
        var unknown = operations.Select((operation, i) => (operation, Floor: floors[i]))
            .Where(pair => pair.operation is { Kind: OperationKind.Delete, Outcome: Outcome.Unknown })
            .ToLookup(pair => pair.operation.Rows[0].Coordinate, pair => pair.Floor);
        foreach (var deletes in unclaimed.Where(entry => entry.Op == LoggedOp.Delete).GroupBy(entry => entry.Coordinate))
        {
            var candidates = unknown[deletes.Key].Order().ToList();
            foreach (var (entry, place) in deletes.Select((entry, place) => (entry, place)))
            {
                if (place >= candidates.Count || candidates[place] >= entry.Seq)
                {
                    violations.Add("nobody's", $"{log.Name}: nobody can have sent {entry}");
                }
            }
        }
    }

    private static LoggedOp OpOf(Operation write) => write.Kind switch
    {
        OperationKind.Delete => LoggedOp.Delete,
        OperationKind.Link => LoggedOp.Link,
        _ => LoggedOp.Put,
    };
}
