using Prometheus;

namespace Soma.Gateway.Sending;

/// <summary>What sending to the silos costs and how it ends. Every series exists from the start, at 0.</summary>
internal sealed class SendingInstruments
{
    private readonly Counter.Child _first;
    private readonly Counter.Child _again;
    private readonly Counter.Child _hedges;
    private readonly Dictionary<RetryReason, Counter.Child> _retries;
    private readonly Counter _exhausted;
    private readonly Counter _unknown;

    public SendingInstruments(IMetricFactory metrics)
    {
        var attempts = metrics.CreateCounter(
            "soma_gateway_attempts_total", "Calls to namespaces: first ones, again after a failure, and beside one that says nothing.", ["kind"]);
        _first = attempts.WithLabels("first");
        _again = attempts.WithLabels("again");
        _hedges = attempts.WithLabels("hedge");
        var retries = metrics.CreateCounter("soma_gateway_retries_total", "Calls after a request's first, by what became of the one before.", ["reason"]);
        _retries = Enum.GetValues<RetryReason>().ToDictionary(reason => reason, reason => retries.WithLabels(LabelOf(reason)));
        _exhausted = metrics.CreateCounter(
            "soma_gateway_retry_budget_exhausted_total", "Calls that did not go out because the retry budget was spent.");
        _unknown = metrics.CreateCounter("soma_gateway_outcomes_unknown_total", "Writes that ended without a word on whether they were applied.");
    }

    public void OnFirst() => _first.Inc();

    public void OnRetry(RetryReason reason)
    {
        (reason == RetryReason.Silence ? _hedges : _again).Inc();
        _retries[reason].Inc();
    }

    public void OnBudgetExhausted() => _exhausted.Inc();

    public void OnOutcomeUnknown() => _unknown.Inc();

    private static string LabelOf(RetryReason reason) => reason switch
    {
        RetryReason.Replaced => "replaced",
        RetryReason.Rejected => "rejected",
        RetryReason.Unreachable => "unreachable",
        RetryReason.Timeout => "timeout",
        _ => "silence",
    };
}
