using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Prometheus;

namespace Soma.Hosting;

/// <summary>Publishes on <c>/metrics</c> what the meters of Soma measure in this host. Engine code knows only the meters.</summary>
/// <remarks>
/// <para>The adapter of prometheus-net, which <see cref="ProcessMetrics"/> uses for other meters, cannot publish these. It
/// shows a counter as a gauge and writes <c>(Counter`1)</c> into its help, puts the meter's name before the metric's, begins
/// a series with its first event, drops it while it is quiet, and allocates for each measurement.</para>
/// <para>Here an instrument is one series: its name and description become those of the metric, its tags the labels, its
/// advice the buckets. The series is made together with the instrument, so it shows at 0 before the first event, and a
/// measurement looks nothing up.</para>
/// </remarks>
public sealed class MeterExporter : IHostedService, IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly IMetricFactory _metrics;

    /// <summary>
    /// Begins to listen now and not in <see cref="StartAsync"/>, because the silo may start before that and its first events
    /// would be lost.
    /// </summary>
    /// <param name="meters">The meters of this host. Those of another host in the process are not published here.</param>
    /// <param name="registry">What <c>/metrics</c> shows.</param>
    public MeterExporter(IMeterFactory meters, CollectorRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        _metrics = Metrics.WithCustomRegistry(registry);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Meter.Name.StartsWith("Soma.", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument, SeriesOf(instrument));
            }
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, _, series) => ((Action<double>)series!)(value));
        _listener.SetMeasurementEventCallback<double>(static (_, value, _, series) => ((Action<double>)series!)(value));
        _listener.Start();
        registry.AddBeforeCollectCallback(_listener.RecordObservableInstruments);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    /// <summary>Makes the series of an instrument, and returns what takes its measurements.</summary>
    private Action<double> SeriesOf(Instrument instrument)
    {
        var (name, help) = (instrument.Name, instrument.Description ?? "");
        KeyValuePair<string, object?>[] tags = [.. instrument.Tags ?? []];
        string[] labels = [.. tags.Select(tag => tag.Key)];
        string[] values = [.. tags.Select(tag => $"{tag.Value}")];
        return instrument switch
        {
            Counter<long> => _metrics.CreateCounter(name, help, labels).WithLabels(values).Inc,
            ObservableCounter<long> => _metrics.CreateCounter(name, help, labels).WithLabels(values).IncTo,
            UpDownCounter<long> => _metrics.CreateGauge(name, help, labels).WithLabels(values).Inc,
            ObservableGauge<long> or ObservableGauge<double> => _metrics.CreateGauge(name, help, labels).WithLabels(values).Set,
            Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } =>
                _metrics.CreateHistogram(name, help, labels, new() { Buckets = [.. bounds] }).WithLabels(values).Observe,
            _ => throw new NotSupportedException($"{name} is a {instrument.GetType().Name}, or a histogram without bounds: publish that kind in {nameof(MeterExporter)} first."),
        };
    }
}
