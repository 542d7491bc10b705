using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Checking;

/// <summary>The log of a namespace: the order in which its writes happened, and the state after every seq.</summary>
internal sealed class NamespaceLog
{
    private static readonly IReadOnlyList<long> NoChanges = [];

    private readonly Dictionary<string, List<long>> _changes = [];

    /// <param name="name">The namespace.</param>
    /// <param name="entries">The rows by seq. The checks of order need the seqs to be 1, 2, 3, …</param>
    public NamespaceLog(string name, IReadOnlyList<LogEntry> entries)
    {
        (Name, Entries) = (name, entries);
        foreach (var entry in entries.Where(entry => entry.IsOfMemory))
        {
            if (!_changes.TryGetValue(entry.Coordinate, out var changes))
            {
                _changes[entry.Coordinate] = changes = [];
            }

            changes.Add(entry.Seq);
        }
    }

    public string Name { get; }

    public IReadOnlyList<LogEntry> Entries { get; }

    public long Head => Entries.Count;

    public IEnumerable<string> Coordinates => _changes.Keys;

    /// <summary>The row with this seq, or null if there is none.</summary>
    public LogEntry? Find(long seq) => seq >= 1 && seq <= Head ? Entries[(int)seq - 1] : null;

    /// <summary>The latest put or delete of the coordinate up to a seq; null: there was none by then.</summary>
    public LogEntry? LatestChange(string coordinate, long at)
    {
        var changes = ChangesOf(coordinate);
        var after = FirstAfter(changes, at);
        return after > 0 ? Find(changes[after - 1]) : null;
    }

    /// <summary>
    /// The smallest seq, from <paramref name="from"/> on, after which the sighting is true; null: there is none.
    /// </summary>
    public long? FirstFrom(long from, in Sighting sighting)
    {
        var changes = ChangesOf(sighting.Coordinate);
        var next = FirstAfter(changes, from);
        for (var at = from; ; at = changes[next++])
        {
            var held = next > 0 ? Find(changes[next - 1]) : null;
            if (IsTrue(sighting, held is { Op: LoggedOp.Put } ? held : null))
            {
                return at;
            }

            if (next == changes.Count)
            {
                return null;
            }
        }
    }

    private static bool IsTrue(in Sighting sighting, LogEntry? held) => sighting.Kind switch
    {
        SightingKind.Holds => held?.Seq == sighting.Seq,
        SightingKind.HoldsOther => held?.Seq != sighting.Seq,
        SightingKind.Present => held is not null,
        _ => held is null,
    };

    private IReadOnlyList<long> ChangesOf(string coordinate) => _changes.TryGetValue(coordinate, out var changes) ? changes : NoChanges;

    /// <summary>The index of the first change after a seq, or the number of changes if there is none.</summary>
    private static int FirstAfter(IReadOnlyList<long> changes, long seq)
    {
        var (low, high) = (0, changes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = changes[middle] <= seq ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
