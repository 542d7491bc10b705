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
    public async Task<T> RunAsync<T>(Func<Task<T>> search, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > queueLimit)
        {
            Interlocked.Decrement(ref _waiting);
            Interlocked.Increment(ref _refused);
            throw new OverloadedException("Too many searches are waiting.") { OfSearches = true };
        }

        try
        {
            await _slots.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            return await Task.Run(search, cancellationToken);
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();
}
