namespace Soma.Grains.Engine.Caching;

/// <summary>What one namespace holds of the silo's <see cref="MemoryBudget"/>.</summary>
public sealed class BudgetShare : IDisposable
{
    private readonly MemoryBudget _budget;
    private readonly Action<long> _shed;

    internal BudgetShare(MemoryBudget budget, Action<long> shed) => (_budget, _shed) = (budget, shed);

    /// <summary>Its place among the shares by use; set once, at registration.</summary>
    internal LinkedListNode<BudgetShare>? Node { get; set; }

    /// <summary>Bytes last reported. Guarded by the budget's lock.</summary>
    internal long Bytes { get; set; }

    /// <summary>Whether it was asked to shed and has not reported since. Guarded by the budget's lock.</summary>
    internal bool IsAsked { get; set; }

    /// <summary>Marks the namespace as the one used last.</summary>
    public void Touch() => _budget.Touch(Node!);

    /// <summary>Tells what the namespace holds now.</summary>
    public void Report(long bytes) => _budget.Report(this, bytes, hasShed: false);

    /// <summary>Tells what is left after shedding, so that it may be asked again.</summary>
    public void ReportShed(long bytes) => _budget.Report(this, bytes, hasShed: true);

    public void Dispose() => _budget.Remove(Node!);

    internal void Shed(long bytes) => _shed(bytes);
}
