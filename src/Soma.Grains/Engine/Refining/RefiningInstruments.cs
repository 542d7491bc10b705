using Soma.Grains.Engine.Observing;

namespace Soma.Grains.Engine.Refining;

/// <summary>Metrics of the refiner.</summary>
public sealed class RefiningInstruments
{
    private readonly Counter<long> _refined;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _swept;

    internal RefiningInstruments(Meter meter, SiloGauges gauges)
    {
        _refined = meter.CreateCounter<long>(
            "soma_memories_refined_total", description: "Memories whose text went through the sentence model.");
        _failures = meter.CreateCounter<long>(
            "soma_refining_failures_total", description: "Times the sentence model or the store failed the refiner, which tries again.");
        _swept = meter.CreateCounter<long>(
            "soma_embeddings_swept_total", description: "Stored vectors deleted because their version or space is no longer current.");
        meter.CreateObservableGauge(
            "soma_memories_refining",
            () => gauges.Sum(static each => each.Refining),
            description: "Memories in loaded namespaces whose sentence-model vector is still to come.");
    }

    internal void OnRefined(int count) => _refined.Add(count);

    internal void OnFailure() => _failures.Add(1);

    internal void OnSwept(int count) => _swept.Add(count);
}
