using Prometheus;
using Soma.Grains.Engine.Observing;

namespace Soma.Grains.Engine.Tier;

/// <summary>What the vector tier tells <c>/metrics</c>.</summary>
public sealed class TierInstruments
{
    private readonly Counter _failures;
    private readonly Counter _searches;
    private readonly Counter _fallbacks;

    internal TierInstruments(CollectorRegistry registry, SiloGauges gauges)
    {
        var metrics = Metrics.WithCustomRegistry(registry);
        _failures = metrics.CreateCounter("soma_vector_tier_failures_total", "Times an indexer could not go on and tries again later.");
        _searches = metrics.CreateCounter("soma_vector_tier_searches_total", "Searches whose candidates came from the vector tier.");
        _fallbacks = metrics.CreateCounter("soma_vector_tier_fallbacks_total", "Searches of large namespaces answered without the vector tier.");
        var lag = metrics.CreateGauge("soma_vector_tier_lag_seqs", "Changes that the vector tier has still to take in, in the namespace furthest behind.");
        registry.AddBeforeCollectCallback(() => lag.Set(gauges.Largest(static each => each.TierLag)));
    }

    internal void OnFailure() => _failures.Inc();

    internal void OnSearched() => _searches.Inc();

    internal void OnFallback() => _fallbacks.Inc();
}
