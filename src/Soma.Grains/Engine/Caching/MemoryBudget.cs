namespace Soma.Grains.Engine.Caching;

/// <summary>The one bound on what all namespaces of a silo hold in memory; the coldest give way first.</summary>
/// <remarks>
/// Thread-safe. A namespace reports what it holds; when the sum passes the bound, the budget asks the namespaces used
/// longest ago to shed, each on its own turn. The sum can pass the bound only by what is reported between the asking and
/// those turns. A namespace asked last, because it is the one in use, sheds rows but keeps the index it is searched with.
/// </remarks>
public sealed class MemoryBudget(long limitBytes)
{
    // Shedding a little more than needed keeps a full budget from shedding at every write.
    private const double Headroom = 0.9;

    private readonly Lock _lock = new();
    private readonly LinkedList<BudgetShare> _byUse = [];
    private long _total;

    public long LimitBytes => limitBytes;

    /// <summary>Bytes held by all namespaces now.</summary>
    public long TotalBytes => Interlocked.Read(ref _total);

    /// <summary>Most bytes that one namespace's index may take.</summary>
    public long IndexLimitBytes => (long)(limitBytes * 0.8);

    /// <summary>Adds a holder; <paramref name="shed"/> is called with the bytes wanted, from any thread, and must not block.</summary>
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

    /// <param name="hasShed">The share did what it could: asking it again at once would only spin.</param>
    internal void Report(BudgetShare share, long bytes, bool hasShed)
    {
        List<(BudgetShare Share, long Bytes)>? asks = null;
        lock (_lock)
        {
            // A holder that is gone may still have a turn under way.
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
                // What was asked for already counts: it is on its way.
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
