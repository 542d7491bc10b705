using Prometheus;
using Soma.Grains.Engine.Observing;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Committing;

/// <summary>What commits and their queues tell <c>/metrics</c>.</summary>
public sealed class CommitInstruments
{
    private readonly Histogram _rows;
    private readonly Histogram _latency;
    private readonly Histogram _wait;
    private readonly Counter _refusals;
    private readonly Gauge _unresolved;
    private readonly Counter.Child[] _byStatus;

    internal CommitInstruments(CollectorRegistry registry, SiloGauges gauges, EngineOptions options)
    {
        var metrics = Metrics.WithCustomRegistry(registry);
        _rows = metrics.CreateHistogram("soma_commit_rows", "Rows of a commit that happened.", new HistogramConfiguration { Buckets = Buckets.Rows });
        _latency = metrics.CreateHistogram(
            "soma_commit_latency_seconds",
            "Time from sending a commit to knowing what became of it.",
            new HistogramConfiguration { Buckets = Buckets.Seconds });
        _wait = metrics.CreateHistogram(
            "soma_commit_wait_seconds",
            "Time from a command's admission to the queue to its answer, whatever that is.",
            new HistogramConfiguration { Buckets = Buckets.Seconds });
        _refusals = metrics.CreateCounter("soma_commit_queue_refusals_total", "Commands refused because a namespace's queue was full.");
        _unresolved = metrics.CreateGauge("soma_commits_unresolved", "Commits that the store gave no answer to and whose fate is being found out.");
        var commits = metrics.CreateCounter("soma_commits_total", "Commits sent, by what the store said.", "outcome");
        _byStatus = [.. Enum.GetValues<CommitStatus>().Select(status => commits.WithLabels(NameOf(status)))];

        var queueRows = metrics.CreateGauge("soma_commit_queue_rows", "Rows admitted and not yet answered, of all namespaces.");
        var queueBytes = metrics.CreateGauge("soma_commit_queue_bytes", "Bytes of the commands that carry them.");
        var fullest = metrics.CreateGauge("soma_commit_queue_fullest_ratio", "How full the fullest namespace's queue is; the next command past 1 is refused.");
        registry.AddBeforeCollectCallback(() =>
        {
            queueRows.Set(gauges.Sum(static each => each.QueueRows));
            queueBytes.Set(gauges.Sum(static each => each.QueueBytes));
            fullest.Set(Math.Max(
                (double)gauges.Largest(static each => each.QueueRows) / options.QueueRows,
                (double)gauges.Largest(static each => each.QueueBytes) / options.QueueBytes));
        });
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

    internal void OnAnswered(CommitStatus status) => _byStatus[(int)status].Inc();

    /// <summary>What became of a commit is certain now.</summary>
    internal void OnCertain(TimeSpan elapsed) => _latency.Observe(elapsed.TotalSeconds);

    internal void OnCommitted(int rows) => _rows.Observe(rows);

    internal void OnQueueFull() => _refusals.Inc();

    internal void OnFinished(TimeSpan waited) => _wait.Observe(waited.TotalSeconds);

    internal void OnResolving() => _unresolved.Inc();

    internal void OnResolved() => _unresolved.Dec();
}
