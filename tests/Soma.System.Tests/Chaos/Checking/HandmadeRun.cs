using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Checking;

/// <summary>A run written by hand: a log, and what clients saw, each observation with its begin and end.</summary>
internal sealed class HandmadeRun
{
    public const string Namespace = "handmade";
    public const string Spot = "1.0";

    public List<LogEntry> Log { get; } = [];

    public List<Operation> Operations { get; } = [];

    public List<StoredReceipt> Receipts { get; } = [];

    /// <summary>The current memories; null: those that follow from the log.</summary>
    public IReadOnlyList<StoredMemory>? Memories { get; set; }

    /// <summary>Appends a row to the log. Its marker is <c>w</c> followed by its seq.</summary>
    public HandmadeRun Put(string coordinate = Spot, long epoch = 1) => Append(LoggedOp.Put, coordinate, epoch, 1);

    public HandmadeRun Delete(string coordinate = Spot, long epoch = 1) => Append(LoggedOp.Delete, coordinate, epoch, 0);

    /// <summary>Adds a client whose write of this log row was acknowledged.</summary>
    public HandmadeRun Wrote(long seq, long from, long to, Func<Operation, Operation>? but = null)
    {
        var entry = Log[(int)seq - 1];
        return Add(
            new Operation
            {
                Kind = entry.Op == LoggedOp.Delete ? OperationKind.Delete : OperationKind.Store,
                Namespace = Namespace,
                Invoked = from,
                Returned = to,
                Outcome = Outcome.Done,
                Status = 200,
                Rows = [new SentRow(entry.Coordinate, entry.Marker)],
                FirstSeq = seq,
                Head = seq,
                Versions = entry.Op == LoggedOp.Put ? [entry.Version] : [],
            },
            but);
    }

    /// <summary>Adds a client whose write was not acknowledged.</summary>
    public HandmadeRun Sent(string marker, Outcome outcome, long from, long to, Func<Operation, Operation>? but = null) => Add(
        new Operation
        {
            Kind = OperationKind.Store,
            Namespace = Namespace,
            Invoked = from,
            Returned = to,
            Outcome = outcome,
            Rows = [new SentRow(Spot, marker)],
        },
        but);

    /// <summary>
    /// Adds a client that read the coordinate and got the version of this seq; 0: it was told that there is no memory.
    /// </summary>
    public HandmadeRun Read(long seq, long from, long to, Func<Operation, Operation>? but = null) =>
        Saw([seq > 0 ? new Sighting(Spot, SightingKind.Holds, seq) : new Sighting(Spot, SightingKind.Absent)], from, to, but);

    public HandmadeRun Saw(IReadOnlyList<Sighting> sightings, long from, long to, Func<Operation, Operation>? but = null) => Add(
        new Operation
        {
            Kind = OperationKind.Get,
            Namespace = Namespace,
            Invoked = from,
            Returned = to,
            Outcome = Outcome.Done,
            Status = 200,
            Sightings = sightings,
        },
        but);

    public ChaosReport Check() => Checker.Check(
        Operations,
        [
            new StoredNamespace { Name = Namespace, HeadSeq = Log.Count, Log = Log, Memories = Memories ?? Current(), Receipts = Receipts },
        ]);

    /// <summary>The memory of each coordinate that follows from the log.</summary>
    private List<StoredMemory> Current() =>
        [.. Log.GroupBy(entry => entry.Coordinate).Select(changes => changes.Last())
            .Select(last => new StoredMemory(last.Coordinate, last.Seq, last.Version, last.Op == LoggedOp.Put))];

    private HandmadeRun Append(LoggedOp op, string coordinate, long epoch, long step)
    {
        var seq = Log.Count + 1;
        var version = Log.LastOrDefault(entry => entry.Coordinate == coordinate).Version + step;
        Log.Add(new LogEntry(seq, op, coordinate, version, epoch, op == LoggedOp.Put ? $"w{seq}" : ""));
        return this;
    }

    private HandmadeRun Add(Operation operation, Func<Operation, Operation>? but)
    {
        Operations.Add(but is null ? operation : but(operation));
        return this;
    }
}
