using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;

namespace Soma.Grains.Engine.Committing;

/// <summary>Runs requests that take a series of commits, one at a time under each key. The receipt of the key holds the progress.</summary>
/// <remarks>
/// A retry goes on where the earlier attempt stopped. The same request sent again while the first one is running waits for the first one.
/// </remarks>
internal sealed class KeyedSeries(EngineServices services, NamespaceOwner owner, CommitQueue queue, RowReader reader)
{
    private readonly Dictionary<string, Task> _running = new(StringComparer.Ordinal);

    /// <param name="key">The request's key; null: there is none, and no progress is kept.</param>
    /// <param name="timeout">How long the caller waits.</param>
    /// <param name="run">Runs the request from the receipt of its key on; null: there is none.</param>
    public async Task<T> RunAsync<T>(IdempotencyKey? key, TimeSpan timeout, Func<Receipt?, DateTimeOffset, Task<T>> run)
    {
        var deadline = services.Clock.GetUtcNow() + timeout;
        if (key is null)
        {
            return await run(null, deadline);
        }

        while (_running.TryGetValue(key.Value, out var running) && !running.IsCompleted)
        {
            await Task.WhenAny(running, Task.Delay(TimeLeft(deadline), services.Clock));
            if (!running.IsCompleted)
            {
                throw new DeadlinePassedException("An earlier request with the same Idempotency-Key was still under way.");
            }
        }

        var series = RunKeyedAsync(key, deadline, run);
        _running[key.Value] = series;
        try
        {
            return await series;
        }
        finally
        {
            if (_running.TryGetValue(key.Value, out var last) && last == series)
            {
                _running.Remove(key.Value);
            }
        }
    }

    /// <summary>The time until the deadline; zero after it, so that the next wait ends at once.</summary>
    public TimeSpan TimeLeft(DateTimeOffset deadline)
    {
        var left = deadline - services.Clock.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    public Task<Ownership?> EnsureReadableAsync(DateTimeOffset deadline) =>
        Deadline.RunAsync(TimeLeft(deadline), services.Clock, owner.EnsureReadableAsync, CancellationToken.None);

    private async Task<T> RunKeyedAsync<T>(IdempotencyKey key, DateTimeOffset deadline, Func<Receipt?, DateTimeOffset, Task<T>> run)
    {
        await Task.Yield();
        await queue.WaitForKeyAsync(key, TimeLeft(deadline));
        return await run(await FindReceiptAsync(key, deadline), deadline);
    }

    private async Task<Receipt?> FindReceiptAsync(IdempotencyKey key, DateTimeOffset deadline)
    {
        if (queue.FindReceipt(key) is { } receipt)
        {
            return receipt;
        }

        var now = owner.Now();
        return await EnsureReadableAsync(deadline) is { } owned
            && await reader.ReadAsync(owned.Id, [], [], key.Value) is { } found
            && found.ExpiresAt > now
                ? found
                : null;
    }
}
