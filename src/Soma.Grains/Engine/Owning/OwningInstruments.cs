using Soma.Grains.Engine.Observing;

namespace Soma.Grains.Engine.Owning;

/// <summary>Metrics of taking, keeping and losing namespaces.</summary>
public sealed class OwningInstruments
{
    private readonly Histogram<double> _activation;
    private readonly Counter<long> _leaseWaits;
    private readonly Histogram<double> _leaseWait;
    private readonly Counter<long> _checksAnswered;
    private readonly Counter<long> _checksFailed;
    private readonly Counter<long>[] _refusals;

    internal OwningInstruments(Meter meter, SiloGauges gauges)
    {
        _activation = meter.CreateHistogram<double>(
            "soma_activation_seconds",
            description: "Time an activation spent until it owned its namespace: reading the settings, making the row, taking the epoch and waiting for its predecessor's lease. Idle time in between does not count.",
            advice: new() { HistogramBucketBoundaries = Buckets.Seconds });
        _leaseWaits = meter.CreateCounter<long>(
            "soma_lease_waits_total", description: "Times a new owner had to wait for the lease of a predecessor that had not let go.");
        _leaseWait = meter.CreateHistogram<double>(
            "soma_lease_wait_seconds", description: "How long those waits took, once over.", advice: new() { HistogramBucketBoundaries = Buckets.Seconds });
        _checksAnswered = Checks("answered");
        _checksFailed = Checks("failed");
        _refusals = [.. Enum.GetValues<FenceRefusal>().Select(refusal => meter.CreateCounter<long>(
            "soma_fence_refusals_total",
            null,
            "Times an owner found that another one has its namespace, by how it found out.",
            [new("kind", NameOf(refusal))]))];
        meter.CreateObservableGauge("soma_namespaces_active", () => (long)gauges.Count, description: "Namespaces that are active on this silo.");

        Counter<long> Checks(string outcome) => meter.CreateCounter<long>(
            "soma_lease_checks_total", null, "Queries that renew the leases of all namespaces in use.", [new("outcome", outcome)]);
    }

    internal void OnTaken(TimeSpan elapsed) => _activation.Record(elapsed.TotalSeconds);

    internal void OnLeaseWait() => _leaseWaits.Add(1);

    internal void OnLeaseWaited(TimeSpan elapsed) => _leaseWait.Record(elapsed.TotalSeconds);

    internal void OnLeaseChecked() => _checksAnswered.Add(1);

    internal void OnLeaseCheckFailed() => _checksFailed.Add(1);

    internal void OnRefused(FenceRefusal refusal) => _refusals[(int)refusal].Add(1);

    private static string NameOf(FenceRefusal refusal) => refusal switch
    {
        FenceRefusal.Commit => "commit",
        FenceRefusal.LeaseCheck => "lease_check",
        _ => "epoch_advance",
    };
}

/// <summary>How an owner found out that another one has the namespace.</summary>
public enum FenceRefusal
{
    /// <summary>The store refused a commit under the old epoch.</summary>
    Commit,

    /// <summary>A check of the lease found a larger epoch, or no row.</summary>
    LeaseCheck,

    /// <summary>After an unknown outcome the owner could not raise its epoch, because it was no longer the current one.</summary>
    EpochAdvance,
}
