namespace Soma.Grains.Engine.Caching;

/// <summary>Limits what all namespaces of a silo hold in memory together. Over the limit, those used longest ago give memory up first.</summary>
/// <remarks>
/// Thread-safe. Each namespace reports how many bytes it holds. When the sum passes the limit, the budget asks the
/// namespaces that were used longest ago to shed, and each does so on its own turn. Until then the sum stays above the limit.
/// Example: with a limit of 256 MB and 260 MB held, namespaces are asked to shed 30 MB, so that a tenth of the limit is free.
/// A namespace sheds cached rows first, and its index only if that was not enough.
/// </remarks>
public sealed class MemoryBudget(long limitBytes)
{
    // A tenth of the budget is free after shedding. Without that, a full budget would shed at every write.
    private const double Headroom = 0.9;

    private readonly Lock _lock = new();
    private readonly LinkedList<BudgetShare> _byUse = [];
    private long _total;

    public long LimitBytes => limitBytes;

    /// <summary>Bytes held by all namespaces now.</summary>
    public long TotalBytes => Interlocked.Read(ref _total);

    /// <summary>The largest size of one namespace's index.</summary>
    public long IndexLimitBytes => (long)(limitBytes * 0.8);

    /// <summary>Adds a namespace. The budget calls <paramref name="shed"/> with the bytes to give up, on any thread; it must not block.</summary>
    public BudgetShare Register(Action<long> shed)
    {
        var share = new BudgetShare(this, shed);
        lock (_lock)
        {
            share.Node = _byUse.AddLast(share);
        }

        return share;
    }

    internal void Touch(LinkedListNode<BudgetShare> node)
    {
        lock (_lock)
        {
            if (node.List is not null && node != _byUse.Last)
            {
                _byUse.Remove(node);
                _byUse.AddLast(node);
            }
        }
    }

    /// <param name="hasShed">Whether the share has just shed what it could. It is then not asked again at once.</param>
    internal void Report(BudgetShare share, long bytes, bool hasShed)
    {
        List<(BudgetShare Share, long Bytes)>? asks = null;
        lock (_lock)
        {
            // A namespace that was closed may still have a turn under way, which reports.
            if (share.Node?.List is null)
            {
                return;
            }

            _total += bytes - share.Bytes;
            share.Bytes = bytes;
            if (hasShed)
            {
                share.IsAsked = false;
            }
            else if (_total > limitBytes)
            {
                asks = ChooseColdest(_total - (long)(limitBytes * Headroom));
            }
        }

        asks?.ForEach(ask => ask.Share.Shed(ask.Bytes));
    }

    internal void Remove(LinkedListNode<BudgetShare> node)
    {
        lock (_lock)
        {
            if (node.List is not null)
            {
                _total -= node.Value.Bytes;
                node.Value.Bytes = 0;
                _byUse.Remove(node);
            }
        }
    }

    private List<(BudgetShare, long)> ChooseColdest(long surplus)
    {
        var chosen = new List<(BudgetShare, long)>();
        foreach (var share in _byUse)
        {
            if (surplus <= 0)
            {
                break;
            }

            if (share.Bytes > 0)
            {
                // A share that was asked before will shed soon, so its bytes count as freed.
                if (!share.IsAsked)
                {
                    share.IsAsked = true;
                    chosen.Add((share, Math.Min(surplus, share.Bytes)));
                }

                surplus -= share.Bytes;
            }
        }

        return chosen;
    }
}

/// <summary>What one namespace holds of the silo's <see cref="MemoryBudget"/>.</summary>
public sealed class BudgetShare(MemoryBudget budget, Action<long> shed) : IDisposable
{
    /// <summary>The share's node in the budget's list, which is ordered by use. It is set once, at registration.</summary>
    internal LinkedListNode<BudgetShare>? Node { get; set; }

    /// <summary>The bytes that were reported last. Guarded by the budget's lock.</summary>
    internal long Bytes { get; set; }

    /// <summary>Whether the budget asked the share to shed and it has not reported since. Guarded by the budget's lock.</summary>
    internal bool IsAsked { get; set; }

    /// <summary>Marks the namespace as the one used last.</summary>
    public void Touch() => budget.Touch(Node!);

    /// <summary>Tells the budget how many bytes the namespace holds now. The budget may then ask namespaces to shed.</summary>
    public void Report(long bytes) => budget.Report(this, bytes, hasShed: false);

    /// <summary>Tells the budget how many bytes are left after shedding. Only then may the budget ask this namespace again.</summary>
    public void ReportShed(long bytes) => budget.Report(this, bytes, hasShed: true);

    public void Dispose() => budget.Remove(Node!);

    internal void Shed(long bytes) => shed(bytes);
}
