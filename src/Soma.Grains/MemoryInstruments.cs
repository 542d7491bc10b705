using Prometheus;
using Soma.Grains.Engine.Caching;

namespace Soma.Grains;

/// <summary>Reports the bytes that caches and indexes hold, for <c>/metrics</c>.</summary>
internal static class MemoryInstruments
{
    public static void Publish(MemoryBudget budget, CollectorRegistry registry)
    {
        var factory = Metrics.WithCustomRegistry(registry);
        var held = factory.CreateGauge("soma_memory_held_bytes", "Bytes that caches and indexes of all namespaces hold, by estimate.");
        var limit = factory.CreateGauge("soma_memory_budget_bytes", "Bytes that they may hold together.");
        limit.Set(budget.LimitBytes);
        registry.AddBeforeCollectCallback(() => held.Set(budget.TotalBytes));
    }
}
