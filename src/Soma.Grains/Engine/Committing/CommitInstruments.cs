using Soma.Grains.Engine.Observing;

namespace Soma.Grains.Engine.Committing;

/// <summary>Metrics of commits and of the queues in front of them.</summary>
public sealed class CommitInstruments
{
    private readonly Histogram<double> _rows;
    private readonly Histogram<double> _latency;
    private readonly Histogram<double> _wait;
    private readonly Counter<long> _refusals;
    private readonly UpDownCounter<long> _unresolved;
    private readonly Counter<long>[] _byStatus;

    internal CommitInstruments(Meter meter, SiloGauges gauges, EngineOptions options)
    {
        _rows = meter.CreateHistogram<double>(
            "soma_commit_rows", description: "Rows of a commit that happened.", advice: new() { HistogramBucketBoundaries = Buckets.Rows });
        _latency = meter.CreateHistogram<double>(
            "soma_commit_latency_seconds",
            description: "Time from sending a commit to knowing what became of it.",
            advice: new() { HistogramBucketBoundaries = Buckets.Seconds });
        _wait = meter.CreateHistogram<double>(
            "soma_commit_wait_seconds",
            description: "Time from a command's admission to the queue to its answer, whatever that is.",
            advice: new() { HistogramBucketBoundaries = Buckets.Seconds });
        _refusals = meter.CreateCounter<long>(
            "soma_commit_queue_refusals_total", description: "Commands refused because a namespace's queue was full.");
        _unresolved = meter.CreateUpDownCounter<long>(
            "soma_commits_unresolved", description: "Commits that the store gave no answer to and whose fate is being found out.");
        _byStatus = [.. Enum.GetValues<CommitStatus>().Select(status => meter.CreateCounter<long>(
            "soma_commits_total", null, "Commits sent, by what the store said.", [new("outcome", NameOf(status))]))];

        meter.CreateObservableGauge(
            "soma_commit_queue_rows",
            () => gauges.Sum(static each => each.QueueRows),
            description: "Rows admitted and not yet answered, of all namespaces.");
        meter.CreateObservableGauge(
            "soma_commit_queue_bytes",
            () => gauges.Sum(static each => each.QueueBytes),
            description: "Bytes of the commands that carry them.");
        meter.CreateObservableGauge(
            "soma_commit_queue_fullest_ratio",
            () => Math.Max(
                (double)gauges.Largest(static each => each.QueueRows) / options.QueueRows,
                (double)gauges.Largest(static each => each.QueueBytes) / options.QueueBytes),
            description: "How full the fullest namespace's queue is; the next command past 1 is refused.");
    }

    /// <summary>The name of what the store said, in labels.</summary>
    public static string NameOf(CommitStatus status) => status switch
    {
        CommitStatus.Committed => "committed",
        CommitStatus.Fenced => "fenced",
        CommitStatus.ReceiptClash => "clashed",
        CommitStatus.Refused => "refused",
        CommitStatus.Failed => "failed",
        _ => "unknown",
    };

    internal void OnAnswered(CommitStatus status) => _byStatus[(int)status].Add(1);

    /// <summary>What became of a commit is certain now.</summary>
    internal void OnCertain(TimeSpan elapsed) => _latency.Record(elapsed.TotalSeconds);

    internal void OnCommitted(int rows) => _rows.Record(rows);

    internal void OnQueueFull() => _refusals.Add(1);

    internal void OnFinished(TimeSpan waited) => _wait.Record(waited.TotalSeconds);

    internal void OnResolving() => _unresolved.Add(1);

    internal void OnResolved() => _unresolved.Add(-1);
}
