using Soma.Grains.Engine.Caching;

namespace Soma.Grains.Engine.Past;

/// <summary>A part of the state of a namespace at a moment, held in memory.</summary>
internal interface IPastState
{
    /// <summary>An estimate of the memory that it holds.</summary>
    long Bytes { get; }
}

/// <summary>Keeps the states of past moments that searches, lists and walks have asked for, a few for the whole silo.</summary>
/// <remarks>
/// Requests for one moment share one state, also while it is being made. One state is made at a time, on one thread of the pool, so that
/// the present keeps the other cores. A state goes when it was not used for some minutes, when <see cref="Most"/> newer ones are there, or
/// when the silo's memory budget is full: it gives up the past before anything of the present. A state that somebody reads stays readable.
/// Thread-safe.
/// </remarks>
public sealed class PastStates : IDisposable
{
    /// <summary>How many states are kept, those that are being made included.</summary>
    public const int Most = 8;

    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly LinkedList<Entry> _byUse = [];
    private readonly SemaphoreSlim _making = new(1);
    private readonly TimeProvider _clock;
    private readonly BudgetShare _share;
    private readonly ITimer _timer;

    public PastStates(MemoryBudget budget, TimeProvider clock)
    {
        (_clock, LimitBytes) = (clock, budget.IndexLimitBytes / 2);
        // The budget asks shares in the order of their use. This one is made before those of namespaces and never marked as used, so it is
        // asked first.
        _share = budget.Register(Shed);
        _timer = clock.CreateTimer(_ => DropUnused(), null, Kept, Kept);
    }

    /// <summary>The largest size of one state.</summary>
    public long LimitBytes { get; }

    /// <summary>States that are kept or being made.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _byUse.Count;
            }
        }
    }

    /// <summary>Returns the state under a key, and makes it if nobody has.</summary>
    /// <param name="key">Equal for equal states.</param>
    /// <param name="make">Makes the state, and reports the bytes that it holds meanwhile. It runs on the thread pool, and outlives its caller.</param>
    /// <param name="deadline">Ends the caller's waiting, not the making.</param>
    /// <exception cref="OverloadedException">Too many states are being made.</exception>
    internal async Task<T> GetAsync<T>(object key, Func<Action<long>, Task<T>> make, CancellationToken deadline)
        where T : class, IPastState
    {
        var entry = FindOrAdd(key, added => MakeAsync(added, make));
        return (T)await entry.State.WaitAsync(deadline);
    }

    public void Dispose()
    {
        _timer.Dispose();
        _share.Dispose();
        _making.Dispose();
    }

    private Entry FindOrAdd(object key, Func<Entry, Task<IPastState>> make)
    {
        Entry entry;
        lock (_lock)
        {
            var node = _byUse.First;
            while (node is not null && !node.Value.Key.Equals(key))
            {
                node = node.Next;
            }

            if (node is null)
            {
                if (_byUse.Count >= Most && !DropOldestLocked())
                {
                    throw new OverloadedException("Too many moments of the past are being read.") { OfSearches = true };
                }

                node = new LinkedListNode<Entry>(new Entry(key));
                node.Value.State = make(node.Value);
            }
            else
            {
                _byUse.Remove(node);
            }

            _byUse.AddLast(node);
            entry = node.Value;
            entry.UsedAt = _clock.GetTimestamp();
        }

        return entry;
    }

    private async Task<IPastState> MakeAsync<T>(Entry entry, Func<Action<long>, Task<T>> make)
        where T : class, IPastState
    {
        // Whoever adds an entry holds the lock, and must not wait for the making.
        await Task.Run(() => _making.WaitAsync());
        try
        {
            var state = await Task.Run(() => make(bytes => Report(entry, bytes)));
            Report(entry, state.Bytes);
            return state;
        }
        catch
        {
            // The next request tries again.
            Remove(entry);
            throw;
        }
        finally
        {
            _making.Release();
        }
    }

    private void Report(Entry entry, long bytes)
    {
        long total;
        lock (_lock)
        {
            entry.Bytes = bytes;
            total = _byUse.Sum(each => each.Bytes);
        }

        _share.Report(total);
    }

    private void Remove(Entry entry)
    {
        long total;
        lock (_lock)
        {
            _byUse.Remove(entry);
            total = _byUse.Sum(each => each.Bytes);
        }

        _share.Report(total);
    }

    /// <summary>Lets go of the states used longest ago. Those that are being made stay; they cannot be stopped.</summary>
    private void Shed(long bytes)
    {
        long total;
        lock (_lock)
        {
            var target = _byUse.Sum(each => each.Bytes) - bytes;
            while (_byUse.Sum(each => each.Bytes) > target && DropOldestLocked())
            {
            }

            total = _byUse.Sum(each => each.Bytes);
        }

        _share.ReportShed(total);
    }

    private void DropUnused()
    {
        long total;
        lock (_lock)
        {
            while (_byUse.First is { } oldest && _clock.GetElapsedTime(oldest.Value.UsedAt) >= Kept && DropOldestLocked())
            {
            }

            total = _byUse.Sum(each => each.Bytes);
        }

        _share.Report(total);
    }

    private bool DropOldestLocked()
    {
        for (var node = _byUse.First; node is not null; node = node.Next)
        {
            if (node.Value.State.IsCompleted)
            {
                _byUse.Remove(node);
                return true;
            }
        }

        return false;
    }

    private sealed class Entry(object key)
    {
        public object Key => key;

        public Task<IPastState> State { get; set; } = Task.FromException<IPastState>(new InvalidOperationException("Not begun."));

        public long Bytes { get; set; }

        public long UsedAt { get; set; }
    }
}
