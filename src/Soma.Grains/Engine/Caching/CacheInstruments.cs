using Soma.Grains.Engine.Observing;

namespace Soma.Grains.Engine.Caching;

/// <summary>Metrics of the row caches, and of the memory that caches and indexes share.</summary>
public sealed class CacheInstruments
{
    private readonly Meter _meter;
    private readonly Counter<long> _hits;
    private readonly Counter<long> _misses;

    internal CacheInstruments(Meter meter, SiloGauges gauges)
    {
        _meter = meter;
        _hits = meter.CreateCounter<long>("soma_cache_hits_total", description: "Rows that reads and decisions wanted and the cache knew.");
        _misses = meter.CreateCounter<long>("soma_cache_misses_total", description: "Rows that reads and decisions wanted and the store was asked for.");
        meter.CreateObservableGauge(
            "soma_cache_bytes", () => gauges.Sum(static each => each.CacheBytes), description: "Bytes that cached rows hold, by estimate.");
    }

    /// <summary>Publishes how much of the silo's memory budget is used. It is read at each scrape.</summary>
    public void Watch(MemoryBudget budget)
    {
        _meter.CreateObservableGauge(
            "soma_memory_held_bytes", () => budget.TotalBytes, description: "Bytes that caches and indexes of all namespaces hold, by estimate.");
        _meter.CreateObservableGauge("soma_memory_budget_bytes", () => budget.LimitBytes, description: "Bytes that they may hold together.");
    }

    /// <summary>Counts a look-up of several rows: <paramref name="missing"/> of the <paramref name="wanted"/> were not in the cache.</summary>
    internal void OnLookedUp(int wanted, int missing)
    {
        if (wanted > missing)
        {
            _hits.Add(wanted - missing);
        }

        if (missing > 0)
        {
            _misses.Add(missing);
        }
    }
}
