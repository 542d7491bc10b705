using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Committing;
using Soma.Grains.Engine.Forgetting;
using Soma.Grains.Engine.Mapping;
using Soma.Grains.Engine.Observing;
using Soma.Grains.Engine.Quotas;
using Soma.Grains.Engine.Resident;

namespace Soma.Grains.Engine;

/// <summary>Reports to the silo's memory budget how many bytes one namespace holds, and frees memory when the budget asks for it.</summary>
internal sealed class HeldMemory(
    RowCache cache, NamespaceIndexes indexes, ReceiptWindow receipts, NamespaceBounds bounds, NamespaceUsage usage, NamespaceMap map, NamespaceGauges gauges) : IDisposable
{
    private BudgetShare? _share;

    /// <summary>Registers with the budget. The budget asks from other threads, and <paramref name="postTurn"/> moves its requests to a turn.</summary>
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
        return cache.Bytes + indexes.Bytes + receipts.Bytes + bounds.HeldBytes + usage.HeldBytes + map.HeldBytes;
    }

    /// <summary>Drops the map, then cached rows, the least recently used ones first, and an index only if that is not enough.</summary>
    private void ShedOnTurn(long bytes)
    {
        bytes -= map.HeldBytes;
        map.Drop();
        var target = cache.Bytes + indexes.Bytes - bytes;
        cache.Trim(Math.Max(0, target - indexes.Bytes));
        indexes.Trim(target - cache.Bytes);
        _share!.ReportShed(Measure());
    }
}
