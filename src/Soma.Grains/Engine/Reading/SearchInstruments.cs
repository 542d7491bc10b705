using Prometheus;
using Soma.Grains.Engine.Observing;

namespace Soma.Grains.Engine.Reading;

/// <summary>What searches tell <c>/metrics</c>.</summary>
public sealed class SearchInstruments
{
    private readonly CollectorRegistry _registry;
    private readonly Histogram _search;
    private readonly Counter _degraded;
    private readonly Counter _refusals;
    private readonly Gauge _waiting;

    internal SearchInstruments(CollectorRegistry registry)
    {
        _registry = registry;
        var metrics = Metrics.WithCustomRegistry(registry);
        _search = metrics.CreateHistogram(
            "soma_search_seconds", "Time of a search in its grain, those that failed included.", new HistogramConfiguration { Buckets = Buckets.Seconds });
        _degraded = metrics.CreateCounter("soma_searches_degraded_total", "Searches answered from a part of their namespace.");
        _refusals = metrics.CreateCounter("soma_search_refusals_total", "Searches and listings refused because too many were waiting.");
        _waiting = metrics.CreateGauge("soma_search_queue_length", "Searches and listings that wait for a free worker.");
    }

    /// <summary>Shows what waits for the silo's searching threads.</summary>
    public void Watch(SearchPool pool) => _registry.AddBeforeCollectCallback(() =>
    {
        _waiting.Set(pool.Waiting);
        _refusals.IncTo(pool.Refused);
    });

    internal void OnSearched(TimeSpan elapsed) => _search.Observe(elapsed.TotalSeconds);

    internal void OnDegraded() => _degraded.Inc();
}
