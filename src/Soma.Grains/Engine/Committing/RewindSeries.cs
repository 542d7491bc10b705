using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Past;

namespace Soma.Grains.Engine.Committing;

/// <summary>Makes the present of a namespace equal to a moment of its past, in a series of ordinary commits.</summary>
/// <remarks>
/// <para>The two states are compared in the order of the keys, and each commit takes what differs: first the memories, then the links,
/// because a deleted memory takes its links with it. Every memory is decided again when its commit is formed, so a write that comes
/// between is answered by the rewind where its key is still ahead, and stays where it is behind. With a key, the receipt holds the place,
/// and a retry goes on from it. The commits are in the log, so rewinding to the seq before them undoes them.</para>
/// </remarks>
internal sealed class RewindSeries(
    EngineServices services, NamespaceOwner owner, CommitQueue queue, RowReader reader, PastReader past, KeyedSeries series, NamespaceConfiguration configuration)
{
    private const int StepRows = 500;
    private const int ContentsPerRead = 50;

    public Task<RewindReply> RunAsync(Rewind request) => series.RunAsync(request.Key, request.Timeout, (receipt, deadline) =>
        receipt is null ? BeginAsync(request, deadline)
        : !receipt.RequestHash.AsSpan().SequenceEqual(request.Key!.RequestHash) ? Task.FromResult(Refused(CommitQueue.KeyReused, receipt.Seq))
        : receipt.Status == Receipt.InProgress ? GoOnAsync(request, RewindProgress.In(receipt.Body), deadline)
        : Task.FromResult(ToReply(RewindProgress.In(receipt.Body), receipt.Seq, isComplete: true)));

    private async Task<RewindReply> BeginAsync(Rewind request, DateTimeOffset deadline)
    {
        var found = await RunAsync(token => past.Moments.FindAsync(request.AsOf, token), deadline);
        return found.Refusal is { } refusal
            ? Refused(refusal, found.Owned?.HeadSeq ?? 0)
            : await GoOnAsync(request, new RewindProgress(found.Moment.Seq, found.Moment.Now.Microseconds) { IsTime = found.Moment.IsTime }, deadline);
    }

    /// <summary>Runs the series. If something was changed before a failure, the reply says how much, instead of failing.</summary>
    private async Task<RewindReply> GoOnAsync(Rewind request, RewindProgress progress, DateTimeOffset deadline)
    {
        var run = new Run(request, deadline) { Progress = progress };
        try
        {
            var found = await RunAsync(token => past.Moments.CheckAsync(progress.Moment, token), deadline);
            if (found.Refusal is { } refusal)
            {
                return Refused(refusal, found.Owned?.HeadSeq ?? 0);
            }

            if (found.Owned is { } owned)
            {
                await RewindAsync(run, owned);
            }

            return ToReply(run.Progress, owner.Current?.HeadSeq ?? 0, isComplete: true);
        }
        catch (SomaException e) when (e is not ReplacedException && run.Progress.HasAny)
        {
            return ToReply(run.Progress, owner.Current?.HeadSeq ?? 0, isComplete: false);
        }
        catch (EndedException e)
        {
            return e.Reply;
        }
    }

    private async Task RewindAsync(Run run, Ownership owned)
    {
        while (!run.Progress.InLinks && !await RewindMemoriesAsync(run, owned))
        {
            // Something was purged meanwhile: compare again from where the series stands.
        }

        await RewindLinksAsync(run, owned);
    }

    /// <returns>False: it must be called again.</returns>
    private async Task<bool> RewindMemoriesAsync(Run run, Ownership owned)
    {
        var moment = run.Progress.Moment;
        var after = run.Progress.After is { } text ? Coordinate.FromCanonical(text) : (Coordinate?)null;
        var present = new LoggedState(services, owned.Id, past.Moments.Present(owned));
        var target = new LoggedState(services, owned.Id, moment, expiredBy: owner.Now());
        var step = new List<StateDifference>();
        await foreach (var each in StateDiff.ReadAsync(present, target, isOneLog: true, after, CancellationToken.None))
        {
            if (!each.IsProgress)
            {
                step.Add(each);
            }

            if ((step.Count == StepRows || (each.IsProgress && step.Count > 0)) && !await CommitMemoriesAsync(run, owned, step))
            {
                return false;
            }

            ThrowIfLate(run);
        }

        if (step.Count > 0 && !await CommitMemoriesAsync(run, owned, step))
        {
            return false;
        }

        run.Progress = run.Progress with { InLinks = true };
        return true;
    }

    /// <summary>Reads the contents of the moment in sets, and commits each set that is large enough.</summary>
    private async Task<bool> CommitMemoriesAsync(Run run, Ownership owned, List<StateDifference> differences)
    {
        var (memories, bytes, purges) = (new List<RewoundMemory>(), 0L, reader.Purges);
        for (var i = 0; i < differences.Count; i += ContentsPerRead)
        {
            var some = differences.GetRange(i, Math.Min(ContentsPerRead, differences.Count - i));
            memories.AddRange(await ReadAsync(run, owned, some));
            bytes = memories.Sum(memory => (long)(memory.Target?.Payload.Length ?? 0));
            await EnsureKeptAsync(run);
            var isEnd = i + ContentsPerRead >= differences.Count;
            if ((isEnd || bytes > services.Options.BatchBytes) && !await CommitAsync(run, memories, purges))
            {
                return false;
            }

            if (bytes > services.Options.BatchBytes)
            {
                memories.Clear();
            }
        }

        differences.Clear();
        return true;
    }

    /// <summary>
    /// Ends the series if the moment is no longer kept. A compaction moves the horizon before it drops anything, so what was read before is
    /// whole; else a memory whose version was dropped would be taken for one that did not exist.
    /// </summary>
    private async Task EnsureKeptAsync(Run run)
    {
        var found = await RunAsync(token => past.Moments.CheckAsync(run.Progress.Moment, token), run.Deadline);
        if (found.Refusal is { } refusal)
        {
            throw new EndedException(Refused(refusal, found.Owned?.HeadSeq ?? 0));
        }
    }

    private async Task<IReadOnlyList<RewoundMemory>> ReadAsync(Run run, Ownership owned, List<StateDifference> some)
    {
        var seqs = some.Where(each => each.To is not null).Select(each => each.To!.Value.Seq).ToArray();
        var rows = (await RunAsync(token => services.Store.ReadVersionsAsync(owned.Id, seqs, token), run.Deadline)).ToDictionary(row => row.Coordinate);
        var (indexer, fields) = (configuration.Indexer, configuration.SequenceFields);
        return await Task.Run(() => some.ConvertAll(each => rows.GetValueOrDefault(each.Coordinate) is { } row
            ? new RewoundMemory(each.Coordinate, row, indexer.Prepare(row.Payload, row.Text, fields))
            : new RewoundMemory(each.Coordinate, null, null)));
    }

    private async Task<bool> CommitAsync(Run run, List<RewoundMemory> memories, long purges)
    {
        if (memories.Count == 0 || run.Request.DryRun)
        {
            Count(run, memories);
            return true;
        }

        var next = run.Progress with { After = memories[^1].Coordinate.Text };
        return await CommitAsync(run, new RewindStep([.. memories], [], [], next, purges, IsLast: false));
    }

    /// <summary>What a dry run would have done. It remembers what is deleted, because links go with it.</summary>
    private static void Count(Run run, List<RewoundMemory> memories)
    {
        var gone = memories.Where(memory => memory.Target is null).ToArray();
        run.Deleted.UnionWith(gone.Select(memory => memory.Coordinate));
        run.Progress = run.Progress with
        {
            Stored = run.Progress.Stored + memories.Count - gone.Length,
            Deleted = run.Progress.Deleted + gone.Length,
        };
    }

    private async Task RewindLinksAsync(Run run, Ownership owned)
    {
        var then = await RunAsync(token => past.ReadLinksAsync(owned.Id, run.Progress.Seq, token), run.Deadline);
        var now = await RunAsync(token => past.ReadLinksAsync(owned.Id, owned.HeadSeq, token), run.Deadline);
        bool IsKept(LinkRow link) => !run.Deleted.Contains(link.Key.From) && !run.Deleted.Contains(link.Key.To);
        var gone = now.All.Where(link => IsKept(link) && then.Find(link.Key) is null).Select(link => link.Key).ToList();
        var made = then.All.Where(link => now.Find(link.Key) is not { } there || !IsKept(link) || !AreSame(there, link)).ToList();
        if (run.Request.DryRun)
        {
            run.Progress = run.Progress with { Linked = made.Count, Unlinked = gone.Count };
            return;
        }

        for (var isLast = false; !isLast;)
        {
            ThrowIfLate(run);
            var (removed, added) = (gone.Take(StepRows).ToArray(), made.Take(StepRows).ToArray());
            gone.RemoveRange(0, removed.Length);
            made.RemoveRange(0, added.Length);
            isLast = gone.Count + made.Count == 0;
            if (run.Request.Key is not null || removed.Length + added.Length > 0)
            {
                // Links hold nothing that a purge erases.
                while (!await CommitAsync(run, new RewindStep([], added, removed, run.Progress with { InLinks = true }, reader.Purges, isLast)))
                {
                }
            }
        }
    }

    private static bool AreSame(LinkRow one, LinkRow other) =>
        one.Strength.Equals(other.Strength) && one.Metadata.AsSpan().SequenceEqual(other.Metadata);

    /// <returns>False: something was purged since the contents were read.</returns>
    private async Task<bool> CommitAsync(Run run, RewindStep step)
    {
        var (reply, removed) = await queue.CommitStepAsync(new WriteCommand
        {
            Operations = [step],
            Answer = AnswerKind.Delete,
            Key = run.Request.Key,
            By = run.Request.By,
            Limits = run.Request.Limits,
            Timeout = series.TimeLeft(run.Deadline),
            Bytes = (int)Math.Min(int.MaxValue, step.Memories.Sum(memory => 256L + (memory.Target?.Payload.Length ?? 0))),
        });
        if (removed is null)
        {
            // Another owner finished the series, or the key was used for another request meanwhile.
            throw new EndedException(reply.Rejection is { } rejection
                ? Refused(rejection, reply.Seq)
                : ToReply(RewindProgress.In(reply.Body), reply.Seq, isComplete: true));
        }

        if (reply.Rejection is { } beyond)
        {
            // A quota ends the series, which stays as far as it has come. What was purged meanwhile is read again.
            return beyond.Status == RewindStep.Stale ? false : throw new EndedException(Refused(beyond, reply.Seq));
        }

        run.Progress = RewindProgress.In(reply.Body);
        return true;
    }

    private void ThrowIfLate(Run run)
    {
        if (series.TimeLeft(run.Deadline) <= TimeSpan.Zero)
        {
            throw new DeadlinePassedException("The deadline passed before the namespace was rewound.");
        }
    }

    private Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> read, DateTimeOffset deadline) =>
        Deadline.RunAsync(series.TimeLeft(deadline), services.Clock, read, CancellationToken.None);

    private static RewindReply Refused(Rejection rejection, long head) => new() { Complete = false, HeadSeq = head, Rejection = rejection };

    private static RewindReply ToReply(RewindProgress progress, long head, bool isComplete) => new()
    {
        Stored = progress.Stored,
        Deleted = progress.Deleted,
        Linked = progress.Linked,
        Unlinked = progress.Unlinked,
        Complete = isComplete,
        HeadSeq = head,
        PastSeq = progress.Seq,
    };

    private sealed record Run(Rewind Request, DateTimeOffset Deadline)
    {
        public required RewindProgress Progress { get; set; }

        /// <summary>What a dry run would have deleted.</summary>
        public HashSet<Coordinate> Deleted { get; } = [];
    }

    /// <summary>Ends a series that has its answer: its key turns out to have one, or its moment is no longer kept.</summary>
    private sealed class EndedException(RewindReply reply) : Exception
    {
        public RewindReply Reply => reply;
    }
}
