using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Reading;

/// <summary>Runs searches off the grains' turns, a limited number at a time, so that they do not delay writes.</summary>
/// <remarks>
/// Namespaces take turns: a slot that becomes free goes to the namespace that has waited longest since its last turn, however many searches
/// another one has waiting. Within a namespace the search that came first goes first.
/// </remarks>
public sealed class SearchPool : IIdleWorkers
{
    private readonly SearchTurns _turns;

    /// <param name="workers">How many searches run at the same time.</param>
    /// <param name="queueLimit">How many searches may wait. A further one is answered with 503, unless its namespace has less than its share waiting.</param>
    /// <param name="isIdle">Whether nothing else waits for a thread, such as a write; null: asks the thread pool.</param>
    public SearchPool(int workers, int queueLimit, Func<bool>? isIdle = null)
        : this(new SearchTurns(workers, queueLimit, isIdle ?? (static () => ThreadPool.PendingWorkItemCount == 0)))
    {
    }

    private SearchPool(SearchTurns turns) => _turns = turns;

    /// <summary>Searches that wait for a slot, of all namespaces.</summary>
    public int Waiting => _turns.Waiting;

    /// <summary>Searches that were refused so far because too many waited.</summary>
    public long Refused => _turns.Refused;

    /// <summary>The searches of this namespace that wait.</summary>
    internal LinkedList<TaskCompletionSource> Waiters { get; } = [];

    /// <summary>The same slots, for another namespace, which has turns of its own.</summary>
    public SearchPool ForNamespace() => new(_turns);

    /// <summary>Runs <paramref name="search"/> on the thread pool when a slot is free.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> search, CancellationToken cancellationToken) =>
        RunAsync(static () => true, _ => search(), cancellationToken);

    /// <summary>
    /// Runs <paramref name="prepare"/> on the thread pool at once, and <paramref name="search"/> with the result when a slot is free.
    /// </summary>
    public async Task<T> RunAsync<TPrepared, T>(
        Func<TPrepared> prepare, Func<TPrepared, Task<T>> search, CancellationToken cancellationToken)
    {
        var slot = _turns.Take(this);
        // The waiting is off the turn, too, so that a search comes back to the turn once.
        return await Task.Run(() => RunInSlotAsync(slot, prepare, search, cancellationToken), CancellationToken.None);
    }

    /// <summary>Runs <paramref name="work"/> in free slots. It gives way as soon as a search waits for a slot, or anything else for a thread.</summary>
    public void Offer(Action<Func<bool>> work, int most)
    {
        for (; most > 0 && _turns.TakeFree() is { } slot; most--)
        {
            _ = Task.Run(() =>
            {
                try
                {
                    work(() => _turns.AreIdle);
                }
                finally
                {
                    _turns.GiveBack(this, slot);
                }
            });
        }
    }

    private async Task<T> RunInSlotAsync<TPrepared, T>(
        TaskCompletionSource slot, Func<TPrepared> prepare, Func<TPrepared, Task<T>> search, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            var prepared = prepare();
            await slot.Task.WaitAsync(cancellationToken);
            return await search(prepared);
        }
        finally
        {
            _turns.GiveBack(this, slot);
        }
    }
}

/// <summary>The slots of a silo, and the namespaces whose searches wait for one, in the order of their turns.</summary>
internal sealed class SearchTurns(int workers, int queueLimit, Func<bool> isIdle)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<SearchPool> _next = [];
    private int _free = workers;
    private int _waiting;
    private long _refused;

    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Whether a free slot may be used for what can wait.</summary>
    public bool AreIdle => Waiting == 0 && isIdle();

    public long Refused => Interlocked.Read(ref _refused);

    /// <returns>A slot: completed if it was free, else when it is the namespace's turn.</returns>
    public TaskCompletionSource Take(SearchPool space)
    {
        lock (_lock)
        {
            if (TakeFree() is { } free)
            {
                return free;
            }

            if (_waiting >= queueLimit && space.Waiters.Count >= ShareOf(space))
            {
                _refused++;
                throw new OverloadedException("Too many searches are waiting.") { OfSearches = true };
            }

            if (space.Waiters.Count == 0)
            {
                _next.AddLast(space);
            }

            // Whoever waits goes on on another thread than the one that gives its slot back.
            var slot = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            space.Waiters.AddLast(slot);
            _waiting++;
            return slot;
        }
    }

    /// <returns>A completed slot; null: none is free.</returns>
    public TaskCompletionSource? TakeFree()
    {
        lock (_lock)
        {
            if (_free == 0)
            {
                return null;
            }

            _free--;
            var slot = new TaskCompletionSource();
            slot.SetResult();
            return slot;
        }
    }

    /// <summary>Gives a slot back, or stops waiting for one.</summary>
    public void GiveBack(SearchPool space, TaskCompletionSource slot)
    {
        lock (_lock)
        {
            if (!slot.Task.IsCompleted)
            {
                space.Waiters.Remove(slot);
                _waiting--;
                if (space.Waiters.Count == 0)
                {
                    _next.Remove(space);
                }
            }
            else if (_next.First is { Value: var next })
            {
                _next.RemoveFirst();
                next.Waiters.First!.Value.SetResult();
                next.Waiters.RemoveFirst();
                _waiting--;
                if (next.Waiters.Count > 0)
                {
                    _next.AddLast(next);
                }
            }
            else
            {
                _free++;
            }
        }
    }

    // A namespace that fills the queue leaves the others their shares of it.
    private int ShareOf(SearchPool space) => queueLimit / (_next.Count + (space.Waiters.Count == 0 ? 1 : 0));
}
