using Prometheus;

namespace Soma.Grains.Storage.Sweeping;

/// <summary>What this silo's sweeps tell <c>/metrics</c>.</summary>
public sealed class SweepInstruments
{
    private readonly Counter _memories;
    private readonly Counter _receipts;
    private readonly Counter _failures;

    public SweepInstruments(CollectorRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var metrics = Metrics.WithCustomRegistry(registry);
        _memories = metrics.CreateCounter("soma_swept_memories_total", "Expired memories that this silo's sweep reclaimed.");
        _receipts = metrics.CreateCounter("soma_swept_receipts_total", "Expired receipts that this silo's sweep deleted.");
        _failures = metrics.CreateCounter("soma_sweep_failures_total", "Sweeps that ended early because the store or Qdrant failed; the next one goes on.");
    }

    internal void OnSwept(SweptSet set)
    {
        _memories.Inc(set.Memories);
        _receipts.Inc(set.Receipts);
    }

    internal void OnFailure() => _failures.Inc();
}
