using Soma.Grains.Engine.Observing;

namespace Soma.Grains.Engine.Reading;

/// <summary>Metrics of searches.</summary>
public sealed class SearchInstruments
{
    private readonly Meter _meter;
    private readonly Histogram<double> _search;
    private readonly Counter<long> _degraded;

    internal SearchInstruments(Meter meter)
    {
        _meter = meter;
        _search = meter.CreateHistogram<double>(
            "soma_search_seconds",
            description: "Time of a search in its grain, those that failed included.",
            advice: new() { HistogramBucketBoundaries = Buckets.Seconds });
        _degraded = meter.CreateCounter<long>("soma_searches_degraded_total", description: "Searches answered from a part of their namespace.");
    }

    /// <summary>Publishes how many searches wait in the silo's pool and how many it refused. Both are read at each scrape.</summary>
    public void Watch(SearchPool pool)
    {
        _meter.CreateObservableGauge(
            "soma_search_queue_length", () => (long)pool.Waiting, description: "Searches and listings that wait for a free worker.");
        _meter.CreateObservableCounter(
            "soma_search_refusals_total", () => pool.Refused, description: "Searches and listings refused because too many were waiting.");
    }

    internal void OnSearched(TimeSpan elapsed) => _search.Record(elapsed.TotalSeconds);

    internal void OnDegraded() => _degraded.Add(1);
}
