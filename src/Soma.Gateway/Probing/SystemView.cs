using Soma.Gateway.Sending;
using Soma.Grains.Interfaces;
using Soma.Hosting;

namespace Soma.Gateway.Probing;

/// <summary>
/// The state of the silos and the store as this gateway knows it: at most one second old, and asked for with a timeout
/// of two seconds.
/// </summary>
internal sealed class SystemView
{
    private readonly CoalescedProbe<HealthReply> _health;
    private readonly CoalescedProbe<StatsReply> _totals;
    private readonly CoalescedProbe<StatsReply> _perNamespace;
    private readonly TimeProvider _clock;
    private readonly ILogger<SystemView> _logger;
    private readonly long _startedAt;

    public SystemView(IGrainFactory grains, Backoff backoff, TimeProvider clock, ILogger<SystemView> logger)
    {
        ISystemGrain Grain() => grains.GetGrain<ISystemGrain>(0);
        _clock = clock;
        _logger = logger;
        _startedAt = clock.GetTimestamp();
        _health = HedgedProbe.Create(token => Grain().CheckHealthAsync(token), backoff, clock);
        _totals = HedgedProbe.Create(token => Grain().GetStatsAsync(includeNamespaces: false, token), backoff, clock);
        _perNamespace = HedgedProbe.Create(token => Grain().GetStatsAsync(includeNamespaces: true, token), backoff, clock);
    }

    public TimeSpan Uptime => _clock.GetElapsedTime(_startedAt);

    /// <summary>Returns null if no silo answered in time.</summary>
    public Task<HealthReply?> CheckHealthAsync() => TryAsync(_health);

    /// <summary>Returns null if no silo or no store answered in time.</summary>
    public Task<StatsReply?> GetStatsAsync(bool includeNamespaces) => TryAsync(includeNamespaces ? _perNamespace : _totals);

    private async Task<T?> TryAsync<T>(CoalescedProbe<T> probe)
        where T : class
    {
        try
        {
            return await probe.GetAsync();
        }
        catch (Exception e) when (e is SomaException or OrleansException or TimeoutException or OperationCanceledException)
        {
            Log.ProbeFailed(_logger, e.GetType().Name);
            return null;
        }
    }
}
