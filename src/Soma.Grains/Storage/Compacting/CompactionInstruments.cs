namespace Soma.Grains.Storage.Compacting;

/// <summary>Metrics of this silo's compactions.</summary>
public sealed class CompactionInstruments(Meter meter)
{
    private readonly Counter<long> _versions = meter.CreateCounter<long>(
        "soma_compacted_versions_total", description: "Superseded versions whose content this silo's compaction dropped.");

    private readonly Counter<long> _failures = meter.CreateCounter<long>(
        "soma_compaction_failures_total", description: "Compactions that ended early because the store failed; the next one goes on.");

    internal void OnCompacted(int versions) => _versions.Add(versions);

    internal void OnFailure() => _failures.Add(1);
}
