using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Committing;
using Soma.Grains.Engine.Observing;
using Soma.Grains.Engine.Resident;

namespace Soma.Grains.Engine;

/// <summary>What one namespace holds of the silo's memory: it tells the budget how much that is, and lets go when asked.</summary>
internal sealed class HeldMemory(RowCache cache, NamespaceIndexes indexes, ReceiptWindow receipts, NamespaceGauges gauges) : IDisposable
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
        gauges.SetHeld(cache.Bytes, indexes.Bytes);
        return cache.Bytes + indexes.Bytes + receipts.Bytes;
    }

    /// <summary>Rows go first, oldest use first; the index goes when that was not enough.</summary>
    private void ShedOnTurn(long bytes)
    {
        var target = cache.Bytes + indexes.Bytes - bytes;
        cache.Trim(Math.Max(0, target - indexes.Bytes));
        indexes.Trim(target - cache.Bytes);
        _share!.ReportShed(Measure());
    }
}
