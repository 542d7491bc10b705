using Prometheus;

namespace Soma.Gateway.Limits;

/// <summary>
/// Metrics of rate limiting: how many requests are refused, and how many are counted without the shared windows.
/// </summary>
internal sealed class LimitInstruments(IMetricFactory metrics)
{
    private readonly Counter _refusals =
        metrics.CreateCounter("soma_rate_limit_refusals_total", "Requests answered 429, by group of routes.", ["group"]);

    private readonly Counter _fallbacks = metrics.CreateCounter(
        "soma_rate_limit_fallbacks_total", "Requests counted in this gateway's own windows because the shared ones could not be asked.");

    /// <summary>
    /// Creates the series of each group at 0. Otherwise a series would begin with its first refusal, and <c>rate()</c>
    /// would miss that refusal.
    /// </summary>
    public void Announce(IEnumerable<string> groups)
    {
        foreach (var group in groups)
        {
            _refusals.WithLabels(group);
        }
    }

    public void OnRefused(string group) => _refusals.WithLabels(group).Inc();

    public void OnFallback() => _fallbacks.Inc();
}
