using Soma.Grains.Engine.Observing;

namespace Soma.Grains.Engine.Tier;

/// <summary>Metrics of the vector tier.</summary>
public sealed class TierInstruments
{
    private readonly Counter<long> _failures;
    private readonly Counter<long> _searches;
    private readonly Counter<long> _fallbacks;

    internal TierInstruments(Meter meter, SiloGauges gauges)
    {
        _failures = meter.CreateCounter<long>(
            "soma_vector_tier_failures_total", description: "Times an indexer could not go on and tries again later.");
        _searches = meter.CreateCounter<long>(
            "soma_vector_tier_searches_total", description: "Searches whose candidates came from the vector tier.");
        _fallbacks = meter.CreateCounter<long>(
            "soma_vector_tier_fallbacks_total", description: "Searches of large namespaces answered without the vector tier.");
        meter.CreateObservableGauge(
            "soma_vector_tier_lag_seqs",
            () => gauges.Largest(static each => each.TierLag),
            description: "Changes that the vector tier has still to take in, in the namespace furthest behind.");
    }

    internal void OnFailure() => _failures.Add(1);

    internal void OnSearched() => _searches.Add(1);

    internal void OnFallback() => _fallbacks.Add(1);
}
