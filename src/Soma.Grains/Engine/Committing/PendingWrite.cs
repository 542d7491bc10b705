using System.Diagnostics;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Committing;

/// <summary>Where a command stands.</summary>
internal enum WriteStage
{
    /// <summary>In the queue: nothing was decided, it can still be thrown out.</summary>
    Queued,

    /// <summary>In the commit that is in flight.</summary>
    Sent,

    Done,
}

/// <summary>A command on its way through the queue, with everyone who waits for its answer.</summary>
internal sealed class PendingWrite
{
    private readonly TaskCompletionSource<WriteReply> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PendingWrite(WriteCommand command, long admittedAt)
    {
        (Command, AdmittedAt) = (command, admittedAt);
        Trace = Activity.Current is { } current ? current.Context : default;
        Prepared = new PreparedMemory?[command.Operations.Length];
        Coordinates = [.. CoordinatesOf(command.Operations).Distinct()];
        Links = [.. command.Operations.OfType<DeleteLink>().Select(link => new LinkKey(link.From, link.To, link.LinkType)).Distinct()];
        Rows = Math.Max(1, command.Operations.Sum(operation => operation is DeleteMatching matching ? matching.Coordinates.Count : 1));
        // An answer may come when nobody waits any more; its failure is then nobody's surprise.
        _answer.Task.ContinueWith(
            static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    public WriteCommand Command { get; }

    /// <summary>When it took its place, on the monotonic clock.</summary>
    public long AdmittedAt { get; }

    /// <summary>The span that waits for the answer; default: nobody traces this.</summary>
    public ActivityContext Trace { get; }

    /// <summary>What each store and patch leaves; filled off the turn. Null where a patch met nothing to prepare it on.</summary>
    public PreparedMemory?[] Prepared { get; }

    /// <summary>The memories whose rows the decision needs.</summary>
    public IReadOnlyList<Coordinate> Coordinates { get; }

    /// <summary>The links whose existence the decision needs.</summary>
    public IReadOnlyList<LinkKey> Links { get; }

    public int Rows { get; }

    public WriteStage Stage { get; set; }

    public int Waiters { get; set; }

    /// <summary>Completes when the command can be decided: rows read, receipt looked up, content prepared.</summary>
    public Task Ready { get; set; } = Task.CompletedTask;

    /// <summary>What the store keeps under the command's key, where that was looked up; it may be past its time.</summary>
    public Receipt? KnownReceipt { get; set; }

    /// <summary>Whether the answer is an earlier attempt's.</summary>
    public bool IsReplayed { get; set; }

    /// <summary>Deletions of a <see cref="DeleteMatching"/>, once done.</summary>
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
