namespace Soma.Grains.Engine.Reading;

/// <summary>Runs searches off the grains' turns, a limited number at a time, so that they do not delay writes.</summary>
/// <param name="workers">How many searches run at the same time.</param>
/// <param name="queueLimit">How many searches may wait. A further one is answered with 503.</param>
public sealed class SearchPool(int workers, int queueLimit) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(workers);
    private int _waiting;
    private long _refused;

    /// <summary>Searches that wait for a slot.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Searches that were refused so far because too many waited.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Runs <paramref name="search"/> on the thread pool when a slot is free.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> search, CancellationToken cancellationToken) =>
        RunAsync(static () => true, _ => search(), cancellationToken);

    /// <summary>
    /// Runs <paramref name="prepare"/> on the thread pool at once, and <paramref name="search"/> with the result when a slot is free.
    /// </summary>
    public async Task<T> RunAsync<TPrepared, T>(
        Func<TPrepared> prepare, Func<TPrepared, Task<T>> search, CancellationToken cancellationToken)
    {
        var hasSlot = _slots.Wait(0, CancellationToken.None);
        if (!hasSlot && Interlocked.Increment(ref _waiting) > queueLimit)
        {
            Interlocked.Decrement(ref _waiting);
            Interlocked.Increment(ref _refused);
            throw new OverloadedException("Too many searches are waiting.") { OfSearches = true };
        }

        // The waiting is off the turn, too, so that a search comes back to the turn once.
        return await Task.Run(() => RunInSlotAsync(prepare, search, hasSlot, cancellationToken), CancellationToken.None);
    }

    private async Task<T> RunInSlotAsync<TPrepared, T>(
        Func<TPrepared> prepare, Func<TPrepared, Task<T>> search, bool hasSlot, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            var prepared = prepare();
            if (!hasSlot)
            {
                await _slots.WaitAsync(cancellationToken);
                hasSlot = true;
                Interlocked.Decrement(ref _waiting);
            }

            return await search(prepared);
        }
        finally
        {
            if (hasSlot)
            {
                _slots.Release();
            }
            else
            {
                Interlocked.Decrement(ref _waiting);
            }
        }
    }

    public void Dispose() => _slots.Dispose();
}
