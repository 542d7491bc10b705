using Prometheus;
using Soma.Grains.Engine.Observing;

namespace Soma.Grains.Engine.Caching;

/// <summary>What the row caches tell <c>/metrics</c>.</summary>
public sealed class CacheInstruments
{
    private readonly Counter _hits;
    private readonly Counter _misses;

    internal CacheInstruments(CollectorRegistry registry, SiloGauges gauges)
    {
        var metrics = Metrics.WithCustomRegistry(registry);
        _hits = metrics.CreateCounter("soma_cache_hits_total", "Rows that reads and decisions wanted and the cache knew.");
        _misses = metrics.CreateCounter("soma_cache_misses_total", "Rows that reads and decisions wanted and the store was asked for.");
        var bytes = metrics.CreateGauge("soma_cache_bytes", "Bytes that cached rows hold, by estimate.");
        registry.AddBeforeCollectCallback(() => bytes.Set(gauges.Sum(static each => each.CacheBytes)));
    }

    /// <summary>So many rows were wanted, so many of them not there.</summary>
    internal void OnLookedUp(int wanted, int missing)
    {
        if (wanted > missing)
        {
            _hits.Inc(wanted - missing);
        }

        if (missing > 0)
        {
            _misses.Inc(missing);
        }
    }
}
