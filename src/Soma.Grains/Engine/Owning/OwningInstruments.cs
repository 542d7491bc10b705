using Prometheus;
using Soma.Grains.Engine.Observing;

namespace Soma.Grains.Engine.Owning;

/// <summary>What taking, keeping and losing namespaces tells <c>/metrics</c>.</summary>
public sealed class OwningInstruments
{
    private readonly Histogram _activation;
    private readonly Counter _leaseWaits;
    private readonly Histogram _leaseWait;
    private readonly Counter.Child _checksAnswered;
    private readonly Counter.Child _checksFailed;
    private readonly Counter.Child[] _refusals;

    internal OwningInstruments(CollectorRegistry registry, SiloGauges gauges)
    {
        var metrics = Metrics.WithCustomRegistry(registry);
        _activation = metrics.CreateHistogram(
            "soma_activation_seconds",
            "Time an activation spent until it owned its namespace: reading the settings, making the row, taking the epoch and waiting for its predecessor's lease. Idle time in between does not count.",
            new HistogramConfiguration { Buckets = Buckets.Seconds });
        _leaseWaits = metrics.CreateCounter("soma_lease_waits_total", "Times a new owner had to wait for the lease of a predecessor that had not let go.");
        _leaseWait = metrics.CreateHistogram(
            "soma_lease_wait_seconds", "How long those waits took, once over.", new HistogramConfiguration { Buckets = Buckets.Seconds });
        var checks = metrics.CreateCounter("soma_lease_checks_total", "Queries that renew the leases of all namespaces in use.", "outcome");
        (_checksAnswered, _checksFailed) = (checks.WithLabels("answered"), checks.WithLabels("failed"));
        var refusals = metrics.CreateCounter(
            "soma_fence_refusals_total", "Times an owner found that another one has its namespace, by how it found out.", "kind");
        _refusals = [.. Enum.GetValues<FenceRefusal>().Select(refusal => refusals.WithLabels(NameOf(refusal)))];
        var active = metrics.CreateGauge("soma_namespaces_active", "Namespaces that are active on this silo.");
        registry.AddBeforeCollectCallback(() => active.Set(gauges.Count));
    }

    internal void OnTaken(TimeSpan elapsed) => _activation.Observe(elapsed.TotalSeconds);

    internal void OnLeaseWait() => _leaseWaits.Inc();

    internal void OnLeaseWaited(TimeSpan elapsed) => _leaseWait.Observe(elapsed.TotalSeconds);

    internal void OnLeaseChecked() => _checksAnswered.Inc();

    internal void OnLeaseCheckFailed() => _checksFailed.Inc();

    internal void OnRefused(FenceRefusal refusal) => _refusals[(int)refusal].Inc();

    private static string NameOf(FenceRefusal refusal) => refusal switch
    {
        FenceRefusal.Commit => "commit",
        FenceRefusal.LeaseCheck => "lease_check",
        _ => "epoch_advance",
    };
}
