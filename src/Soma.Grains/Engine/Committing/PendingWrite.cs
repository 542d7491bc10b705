using System.Diagnostics;

namespace Soma.Grains.Engine.Committing;

/// <summary>How far a command has come.</summary>
internal enum WriteStage
{
    /// <summary>It waits in the queue. Nothing was decided about it, so it can still be removed.</summary>
    Queued,

    /// <summary>It was decided and belongs to the commit that is in flight.</summary>
    Sent,

    Done,
}

/// <summary>A command on its way through the queue, with everyone who waits for its answer.</summary>
internal sealed class PendingWrite
{
    // Completed on the grain's turn, and whoever waits goes on within that turn: a hop to another thread and back for each of a batch's
    // callers took longer than the commit.
    private readonly TaskCompletionSource<WriteReply> _answer = new();

    public PendingWrite(WriteCommand command, long admittedAt)
    {
        (Command, AdmittedAt) = (command, admittedAt);
        Trace = Activity.Current is { } current ? current.Context : default;
        Prepared = new PreparedMemory?[command.Operations.Length];
        if (command.Operations is [PutMemory put])
        {
            (Coordinates, Links, Rows) = ([put.Coordinate], [], 1);
            return;
        }

        Coordinates = [.. CoordinatesOf(command.Operations).Distinct()];
        Links = [.. command.Operations.OfType<DeleteLink>().Select(link => new LinkKey(link.From, link.To, link.LinkType)).Distinct()];
        Rows = Math.Max(1, command.Operations.Sum(operation => operation is DeleteMatching matching ? matching.Coordinates.Count : 1));
    }

    public WriteCommand Command { get; }

    /// <summary>When the command was admitted, on the monotonic clock.</summary>
    public long AdmittedAt { get; }

    /// <summary>The span of the caller that waits for the answer; default if the call is not traced.</summary>
    public ActivityContext Trace { get; }

    /// <summary>The prepared result of each store and patch, filled in by other threads; null for a patch of a memory that does not exist.</summary>
    public PreparedMemory?[] Prepared { get; }

    /// <summary>The memories whose rows the decision needs. What a store was found to be like is added.</summary>
    public Coordinate[] Coordinates { get; set; }

    /// <summary>The links whose existence the decision needs.</summary>
    public LinkKey[] Links { get; }

    public int Rows { get; }

    public WriteStage Stage { get; set; }

    public int Waiters { get; set; }

    /// <summary>The head when the namespace was searched for what the command's stores are like; null: it was not.</summary>
    public long? SearchedAt { get; set; }

    /// <summary>Completes when the command can be decided: rows read, receipt looked up, content prepared.</summary>
    public Task Ready { get; set; } = Task.CompletedTask;

    /// <summary>The receipt that the store has under the command's key, if it was looked up; it may have expired.</summary>
    public Receipt? KnownReceipt { get; set; }

    /// <summary>Whether the command was answered from the receipt of an earlier attempt.</summary>
    public bool IsReplayed { get; set; }

    /// <summary>How many memories or links the command removed; set when it is decided.</summary>
    public long Removed { get; set; }

    public Task<WriteReply> Answer => _answer.Task;

    public void Complete(WriteReply reply)
    {
        Stage = WriteStage.Done;
        _answer.TrySetResult(reply);
    }

    public void Fail(Exception failure)
    {
        Stage = WriteStage.Done;
        _answer.TrySetException(failure);
        // If all callers have given up, nobody awaits the answer. Observing its exception here keeps it from being reported as unobserved.
        _ = _answer.Task.Exception;
    }

    private static IEnumerable<Coordinate> CoordinatesOf(IEnumerable<WriteOperation> operations) =>
        operations.SelectMany(operation => operation switch
        {
            PutMemory put => [put.Coordinate],
            PatchMemory patch => [patch.Coordinate],
            DeleteMemory delete => [delete.Coordinate],
            DeleteMatching matching => matching.Coordinates,
            _ => Enumerable.Empty<Coordinate>(),
        });
}
