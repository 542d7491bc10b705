using Soma.Grains.Engine.Owning;

namespace Soma.Grains.Engine.Committing;

/// <summary>Looks in the log for what an earlier attempt of a gateway's operation has written.</summary>
/// <remarks>
/// <para>The first attempt to store one memory leaves no receipt: its operation lies in the row of the log. So a later attempt reads the
/// log backwards from its head. Everything that could have written the row is over by then: an older owner is shut out by the epoch,
/// and a first attempt that waits in this owner's own queue is joined there (<see cref="CommitQueue"/>).</para>
/// <para><b>How far.</b> Back to the time when the first attempt was sent, as the log's own times tell it, and a margin further. The
/// silos that wrote the log may have had different clocks, and a clock may have been set. The times in the log never go back, and of the time
/// between two rows at most a second is counted. So a clock that jumps ahead shortens the way by a second at most, and a clock that stands
/// still makes the way longer. Example: the first attempt was sent 3 s ago, and a new owner's clock is an hour ahead. Then the hour between the
/// last row of the old owner and the first of the new one counts as one second.</para>
/// <para>Runs on the grain's turn. Lookups that come while one is reading share the next.</para>
/// </remarks>
internal sealed class OperationLookup(ICanonicalStore store, NamespaceOwner owner, NamespaceConfiguration configuration)
{
    /// <summary>Rows read at once.</summary>
    internal const int PageSize = 5_000;

    // A retry may wait on its way for as long as Orleans keeps a message, which is half of this.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(1);

    private Round? _next;
    private Task _running = Task.CompletedTask;

    /// <summary>The answer to the operation's earlier attempt; null: it has written nothing.</summary>
    public async Task<Receipt?> FindAsync(long namespaceId, IdempotencyKey key)
    {
        var round = _next;
        if (round is null)
        {
            _next = round = new Round();
            _running = round.Done = RunAsync(round, namespaceId, _running);
        }

        var reach = (key.Age ?? IdempotencyKey.GatewayRetention) + Margin;
        round.Wanted.Add(key.Value);
        round.Reach = reach > round.Reach ? reach : round.Reach;
        await round.Done;
        return round.Found.GetValueOrDefault(key.Value);
    }

    private async Task RunAsync(Round round, long namespaceId, Task previous)
    {
        await Task.Yield();
        // If the round before failed, its own callers got the exception. This round runs all the same.
        await previous.ContinueWith(static _ => { }, TaskScheduler.Current);
        _next = null;
        var (before, passed) = (long.MaxValue, TimeSpan.Zero);
        Instant? later = null;
        while (round.Wanted.Count > 0 && passed <= round.Reach)
        {
            var page = await store.ReadOperationsAsync(namespaceId, before, PageSize, CancellationToken.None);
            foreach (var row in page)
            {
                passed += Gap(row.At, later ?? row.At);
                later = row.At;
                if (passed <= round.Reach && row.Operation is { } operation && round.Wanted.Remove(StoredOperation.KeyOf(operation)))
                {
                    await TakeAsync(round, namespaceId, row.Seq, operation);
                }
            }

            if (page.Count < PageSize)
            {
                return;
            }

            before = page[^1].Seq;
        }
    }

    private async Task TakeAsync(Round round, long namespaceId, long seq, byte[] operation)
    {
        var rows = await store.ReadLogAsync(namespaceId, seq - 1, 1, CancellationToken.None);
        var kept = Answers.ToReceipt(rows[0], operation, owner.Now().Before(-IdempotencyKey.GatewayRetention), configuration.Fields);
        round.Found[kept.Key] = kept;
    }

    private static TimeSpan Gap(Instant earlier, Instant later)
    {
        var gap = TimeSpan.FromMicroseconds(later.Microseconds - earlier.Microseconds);
        return gap < LongestGap ? gap : LongestGap;
    }

    private sealed class Round
    {
        public HashSet<string> Wanted { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, Receipt> Found { get; } = new(StringComparer.Ordinal);

        public TimeSpan Reach { get; set; }

        public Task Done { get; set; } = Task.CompletedTask;
    }
}
