using Prometheus;
using Soma.Grains.Engine.Observing;

namespace Soma.Grains.Engine.Searching;

/// <summary>What searches and their indexes tell <c>/metrics</c>.</summary>
public sealed class SearchInstruments
{
    private readonly CollectorRegistry _registry;
    private readonly Histogram _search;
    private readonly Counter _degraded;
    private readonly Counter _refusals;
    private readonly Gauge _waiting;
    private readonly Counter _loads;
    private readonly Histogram _load;

    internal SearchInstruments(CollectorRegistry registry, SiloLevels levels)
    {
        _registry = registry;
        var metrics = Metrics.WithCustomRegistry(registry);
        _search = metrics.CreateHistogram(
            "soma_search_seconds", "Time of a search in its grain, those that failed included.", new HistogramConfiguration { Buckets = Buckets.Seconds });
        _degraded = metrics.CreateCounter("soma_searches_degraded_total", "Searches answered from a part of their namespace.");
        _refusals = metrics.CreateCounter("soma_search_refusals_total", "Searches and listings refused because too many were waiting.");
        _waiting = metrics.CreateGauge("soma_search_queue_length", "Searches and listings that wait for a free worker.");
        _loads = metrics.CreateCounter("soma_index_loads_total", "Times the index of a namespace began to be loaded from the store.");
        _load = metrics.CreateHistogram(
            "soma_index_load_seconds", "Time of a load that came to its end.", new HistogramConfiguration { Buckets = Buckets.Seconds });
        var bytes = metrics.CreateGauge("soma_index_bytes", "Bytes that search indexes hold, by estimate.");
        var lag = metrics.CreateGauge(
            "soma_index_lag_memories",
            "Living memories that searches cannot see yet, in namespaces whose index is being loaded or too large for the memory there is.");
        registry.AddBeforeCollectCallback(() =>
        {
            bytes.Set(levels.Sum(static each => each.IndexBytes));
            lag.Set(levels.Sum(static each => each.IndexLag));
        });
    }

    /// <summary>Shows what waits for the silo's searching threads.</summary>
    public void Watch(SearchPool pool) => _registry.AddBeforeCollectCallback(() =>
    {
        _waiting.Set(pool.Waiting);
        _refusals.IncTo(pool.Refused);
    });

    internal void OnSearched(TimeSpan elapsed) => _search.Observe(elapsed.TotalSeconds);

    internal void OnDegraded() => _degraded.Inc();

    internal void OnLoadBegun() => _loads.Inc();

    internal void OnLoaded(TimeSpan elapsed) => _load.Observe(elapsed.TotalSeconds);
}
