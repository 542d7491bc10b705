using Prometheus;

namespace Soma.Gateway.Limits;

/// <summary>Who is held back, and whether the windows are shared. Groups of routes are a closed set.</summary>
internal sealed class LimitInstruments(IMetricFactory metrics)
{
    private readonly Counter _refusals =
        metrics.CreateCounter("soma_rate_limit_refusals_total", "Requests answered 429, by group of routes.", ["group"]);

    private readonly Counter _fallbacks = metrics.CreateCounter(
        "soma_rate_limit_fallbacks_total", "Requests counted in this gateway's own windows because the shared ones could not be asked.");

    /// <summary>Makes the groups' series exist, at 0: a rate cannot be taken of a series that begins with its first refusal.</summary>
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
