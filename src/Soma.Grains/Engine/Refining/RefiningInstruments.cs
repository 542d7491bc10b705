using Prometheus;
using Soma.Grains.Engine.Observing;

namespace Soma.Grains.Engine.Refining;

/// <summary>What the refiner tells <c>/metrics</c>.</summary>
public sealed class RefiningInstruments
{
    private readonly Counter _refined;
    private readonly Counter _failures;
    private readonly Counter _swept;

    internal RefiningInstruments(CollectorRegistry registry, SiloGauges gauges)
    {
        var metrics = Metrics.WithCustomRegistry(registry);
        _refined = metrics.CreateCounter("soma_memories_refined_total", "Memories whose text went through the sentence model.");
        _failures = metrics.CreateCounter("soma_refining_failures_total", "Times the sentence model or the store failed the refiner, which tries again.");
        _swept = metrics.CreateCounter("soma_embeddings_swept_total", "Stored vectors deleted because their version or space is no longer current.");
        var waiting = metrics.CreateGauge("soma_memories_refining", "Memories in loaded namespaces whose sentence-model vector is still to come.");
        registry.AddBeforeCollectCallback(() => waiting.Set(gauges.Sum(static each => each.Refining)));
    }

    internal void OnRefined(int count) => _refined.Inc(count);

    internal void OnFailure() => _failures.Inc();

    internal void OnSwept(int count) => _swept.Inc(count);
}
