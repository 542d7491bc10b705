using System.Collections.Concurrent;

namespace Soma.Gateway.Security;

/// <summary>Counts what access keys are used for, and adds the counts to the stored ones every few seconds.</summary>
/// <remarks>A gateway that is killed loses the counts of its last seconds. An answer that is lost on the way from a silo has them counted twice.</remarks>
internal sealed class KeyUsageCounts(AccessKeyClient keys, TimeProvider clock, ILogger<KeyUsageCounts> logger) : BackgroundService
{
    private const int KeysAtOnce = 8;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Counts> _counts = [];

    public void OnRequest(Caller caller) => Add(caller, 1, 0, 0);

    /// <summary>Counts what a write stored.</summary>
    public void OnStored(Caller caller, params ReadOnlySpan<WriteOperation> operations)
    {
        var bytes = 0L;
        foreach (var operation in operations)
        {
            bytes += operation switch
            {
                PutMemory put => put.Payload.Length + BytesOf(put.Text) + (put.BroughtVector?.Length ?? 0),
                PatchMemory patch => (patch.PayloadPatch?.Length ?? 0) + BytesOf(patch.Text) + (patch.BroughtVector?.Length ?? 0),
                _ => 0,
            };
        }

        Add(caller, 0, operations.Length, bytes);
    }

    /// <summary>Adds everything that was counted until now to the stored counts.</summary>
    public Task FlushAsync() => Parallel.ForEachAsync(
        _counts.Keys, new ParallelOptions { MaxDegreeOfParallelism = KeysAtOnce }, async (id, _) => await FlushAsync(id));

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await FlushAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The process stops, and StopAsync adds the rest.
        }
    }

    private async Task FlushAsync(string id)
    {
        if (!_counts.TryRemove(id, out var counts))
        {
            return;
        }

        var usage = counts.Close();
        try
        {
            await keys.AddUsageAsync(id, usage);
        }
        // Whatever failed, the counts are kept for the next attempt.
        catch (Exception e)
        {
            Log.UsageNotAdded(logger, e.GetType().Name);
            Add(id, usage);
        }
    }

    private void Add(Caller caller, long requests, long memories, long bytes)
    {
        if (caller.Key is { } key)
        {
            Add(key.Id, new KeyUsage { Requests = requests, Memories = memories, Bytes = bytes, LastUsedAt = Instant.From(clock.GetUtcNow()) });
        }
    }

    private void Add(string id, KeyUsage usage)
    {
        while (!_counts.GetOrAdd(id, static _ => new Counts()).TryAdd(usage))
        {
            // Its counts were taken between the two steps, so there is a new one by now.
        }
    }

    private static int BytesOf(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);

    private sealed class Counts
    {
        private readonly Lock _gate = new();
        private long _requests;
        private long _memories;
        private long _bytes;
        private Instant? _last;
        private bool _isClosed;

        public bool TryAdd(KeyUsage usage)
        {
            lock (_gate)
            {
                _requests += usage.Requests;
                _memories += usage.Memories;
                _bytes += usage.Bytes;
                _last = usage.LastUsedAt > _last || _last is null ? usage.LastUsedAt : _last;
                return !_isClosed;
            }
        }

        public KeyUsage Close()
        {
            lock (_gate)
            {
                _isClosed = true;
                return new KeyUsage { Requests = _requests, Memories = _memories, Bytes = _bytes, LastUsedAt = _last };
            }
        }
    }
}
