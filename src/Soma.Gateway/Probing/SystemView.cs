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
    private readonly CoalescedProbe<SiloReport[]> _silos;
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
        _silos = HedgedProbe.Create(token => Grain().ListSilosAsync(token), backoff, clock);
    }

    public TimeSpan Uptime => _clock.GetElapsedTime(_startedAt);

    /// <summary>Returns null if no silo answered in time.</summary>
    public Task<HealthReply?> CheckHealthAsync() => TryAsync(_health);

    /// <summary>Returns null if no silo or no store answered in time.</summary>
    public Task<StatsReply?> GetStatsAsync(bool includeNamespaces) => TryAsync(includeNamespaces ? _perNamespace : _totals);

    /// <summary>Returns null if no silo answered in time.</summary>
    public Task<SiloReport[]?> ListSilosAsync() => TryAsync(_silos);

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

/// <summary>
/// Sends a second probe if the first one gets no answer in time. The first may hang on one dead silo while all others
/// answer, and that must not be reported as "no silo".
/// </summary>
internal static class HedgedProbe
{
    public static CoalescedProbe<T> Create<T>(Func<CancellationToken, Task<T>> probe, Backoff backoff, TimeProvider clock)
    {
        var limits = new SendingLimits
        {
            Timeout = CoalescedProbe<T>.MaxWait,
            AttemptLimit = TimeSpan.FromMilliseconds(700),
            Attempts = 2,
        };
        var operation = new Operation<T> { Send = attempt => probe(attempt.Cancellation) };
        return new CoalescedProbe<T>(
            () => new HedgedCall<T>(operation, limits, backoff, static _ => true, clock).RunAsync(CancellationToken.None), clock);
    }
}

/// <summary>Which features work now, under the names that clients read in <c>GET /health</c>.</summary>
/// <param name="Store">Memories and links can be read and written.</param>
/// <param name="Vectors">Memories can be found by meaning: in memory, in Qdrant, or from the store.</param>
internal readonly record struct Capabilities(bool Store, bool Vectors)
{
    /// <summary>The components that can search vectors without the store.</summary>
    private static readonly string[] VectorComponents = ["resident", "qdrant"];

    public static Capabilities Of(HealthReply? reply) => reply is null
        ? default
        : new Capabilities(
            reply.Store,
            reply.Store || reply.Components.Any(c => c.Healthy && VectorComponents.Contains(c.Name, StringComparer.OrdinalIgnoreCase)));
}

/// <summary>
/// A service besides the silos that this gateway uses. While it is down, <c>GET /health</c> reports <c>degraded</c>.
/// </summary>
public interface IGatewayComponent
{
    /// <summary>The last known state. Reading it sends no request.</summary>
    ComponentHealth Health { get; }
}
