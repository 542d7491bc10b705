using Prometheus;
using Soma.Grains.Engine.Observing;

namespace Soma.Grains.Engine.Resident;

/// <summary>What the indexes in memory tell <c>/metrics</c>.</summary>
public sealed class IndexInstruments
{
    private readonly Counter _loads;
    private readonly Histogram _load;

    internal IndexInstruments(CollectorRegistry registry, SiloGauges gauges)
    {
        var metrics = Metrics.WithCustomRegistry(registry);
        _loads = metrics.CreateCounter("soma_index_loads_total", "Times the index of a namespace began to be loaded from the store.");
        _load = metrics.CreateHistogram(
            "soma_index_load_seconds", "Time of a load that came to its end.", new HistogramConfiguration { Buckets = Buckets.Seconds });
        var bytes = metrics.CreateGauge("soma_index_bytes", "Bytes that search indexes hold, by estimate.");
        var lag = metrics.CreateGauge(
            "soma_index_lag_memories",
            "Living memories that searches cannot see yet, in namespaces whose index is being loaded or too large for the memory there is.");
        registry.AddBeforeCollectCallback(() =>
        {
            bytes.Set(gauges.Sum(static each => each.IndexBytes));
            lag.Set(gauges.Sum(static each => each.IndexLag));
        });
    }

    internal void OnLoadBegun() => _loads.Inc();

    internal void OnLoaded(TimeSpan elapsed) => _load.Observe(elapsed.TotalSeconds);
}
