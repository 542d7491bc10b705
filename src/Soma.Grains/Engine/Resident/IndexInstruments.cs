using Soma.Grains.Engine.Observing;

namespace Soma.Grains.Engine.Resident;

/// <summary>Metrics of the search indexes in memory.</summary>
public sealed class IndexInstruments
{
    private readonly Counter<long> _loads;
    private readonly Histogram<double> _load;

    internal IndexInstruments(Meter meter, SiloGauges gauges)
    {
        _loads = meter.CreateCounter<long>(
            "soma_index_loads_total", description: "Times the index of a namespace began to be loaded from the store.");
        _load = meter.CreateHistogram<double>(
            "soma_index_load_seconds", description: "Time of a load that came to its end.", advice: new() { HistogramBucketBoundaries = Buckets.Seconds });
        meter.CreateObservableGauge(
            "soma_index_bytes", () => gauges.Sum(static each => each.IndexBytes), description: "Bytes that search indexes hold, by estimate.");
        meter.CreateObservableGauge(
            "soma_index_lag_memories",
            () => gauges.Sum(static each => each.IndexLag),
            description: "Living memories that searches cannot see yet, in namespaces whose index is being loaded or too large for the memory there is.");
    }

    internal void OnLoadBegun() => _loads.Add(1);

    internal void OnLoaded(TimeSpan elapsed) => _load.Record(elapsed.TotalSeconds);
}
