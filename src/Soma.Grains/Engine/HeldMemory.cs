using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Committing;
using Soma.Grains.Engine.Observing;
using Soma.Grains.Engine.Resident;

namespace Soma.Grains.Engine;

/// <summary>What one namespace holds of the silo's memory: it tells the budget how much that is, and lets go when asked.</summary>
internal sealed class HeldMemory(RowCache cache, NamespaceIndex index, NamespaceIndex tail, ReceiptWindow receipts, NamespaceGauges gauges) : IDisposable
{
    private BudgetShare? _share;

    /// <summary>Begins to count. The budget asks from other threads; <paramref name="postTurn"/> brings that onto a turn.</summary>
    public void Register(MemoryBudget budget, Action<Action> postTurn) =>
        _share = budget.Register(bytes => postTurn(() => ShedOnTurn(bytes)));

    /// <summary>Marks the namespace as the one used last.</summary>
    public void Touch() => _share!.Touch();

    public void Report() => _share!.Report(Measure());

    public void Dispose()
    {
        _share?.Dispose();
        gauges.Dispose();
    }

    private long Measure()
    {
        var indexes = index.Bytes + tail.Bytes;
        gauges.SetHeld(cache.Bytes, indexes);
        return cache.Bytes + indexes + receipts.Bytes;
    }

    /// <summary>Rows go first, oldest use first; the index goes when that was not enough.</summary>
    private void ShedOnTurn(long bytes)
    {
        var target = cache.Bytes + index.Bytes + tail.Bytes - bytes;
        cache.Trim(Math.Max(0, target - index.Bytes - tail.Bytes));
        if (cache.Bytes + index.Bytes + tail.Bytes > target)
        {
            index.Drop();
        }

        if (cache.Bytes + tail.Bytes > target)
        {
            tail.Drop();
        }

        _share!.ReportShed(Measure());
    }
}
