using System.Security.Cryptography;
using System.Text;
using Soma.Gateway.Probing;
using Soma.Grains.Interfaces;
using StackExchange.Redis;

namespace Soma.Gateway.Limits;

/// <summary>Windows that all gateways share through Redis. While it is away, late or failing, each gateway counts by itself.</summary>
/// <remarks>
/// A limit is worth no request: none fails because of Redis, and after the first failure none waits for it either, until
/// <see cref="RedisWatch"/> has seen it answer. Windows of the gateway's own start empty, so while Redis is away a caller gets
/// up to the limit from each gateway.
/// </remarks>
public sealed class RedisRateLimitWindow : IRateLimitWindow, IGatewayComponent
{
    /// <summary>How long an answer is waited for. Redis takes a fraction of a millisecond: one that takes this long is as good as away.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(150);

    /// <summary>How long Redis is left alone after a request's failure.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly SlidingWindowScript Probe = new(1, TimeSpan.FromMilliseconds(1));

    private readonly string _prefix;
    private readonly SlidingWindowScript _script;
    private readonly InProcessRateLimitWindow _own;
    private readonly LimitInstruments _instruments;
    private readonly TimeProvider _clock;
    private readonly ILogger<RedisRateLimitWindow> _logger;
    private IDatabaseAsync? _redis;
    private bool _isAway;
    private long _failedAt;
    private double _latencyMilliseconds;

    internal RedisRateLimitWindow(
        string serviceId, GatewayOptions options, GatewayInstruments instruments, TimeProvider clock, ILogger<RedisRateLimitWindow> logger)
    {
        _prefix = $"soma/{serviceId}/limits/";
        _script = new SlidingWindowScript(options.RateLimit, options.RateLimitWindow);
        _own = new InProcessRateLimitWindow(options, clock);
        _instruments = instruments.Limits;
        _clock = clock;
        _logger = logger;
        _failedAt = clock.GetTimestamp() - (long)(Pause.TotalSeconds * clock.TimestampFrequency);
    }

    /// <summary>Whether requests are counted together with the other gateways' now.</summary>
    public bool IsShared => Volatile.Read(ref _redis) is not null;

    public ComponentHealth Health
    {
        get
        {
            var isShared = IsShared;
            return new ComponentHealth(
                "redis",
                isShared,
                Volatile.Read(ref _latencyMilliseconds),
                isShared ? "rate limits are shared by all gateways" : "away: each gateway counts rate limits by itself");
        }
    }

    public async ValueTask<RateLimitDecision> TryTakeAsync(string caller, string group, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _redis) is { } redis)
        {
            try
            {
                return await _script.TakeAsync(redis, KeyOf(caller, group)).WaitAsync(Patience, _clock, cancellationToken);
            }
            catch (Exception e) when (IsAbsence(e, cancellationToken))
            {
                Volatile.Write(ref _failedAt, _clock.GetTimestamp());
                Leave(e);
            }
        }

        _instruments.OnFallback();
        return await _own.TryTakeAsync(caller, group, cancellationToken);
    }

    /// <summary>Does what a request does, in a window of its own: a Redis that answers PING may still refuse to write.</summary>
    internal async Task TryJoinAsync(IDatabaseAsync redis, CancellationToken cancellationToken)
    {
        if (_clock.GetElapsedTime(Volatile.Read(ref _failedAt)) < Pause)
        {
            return;
        }

        var started = _clock.GetTimestamp();
        try
        {
            await Probe.TakeAsync(redis, _prefix + "probe").WaitAsync(Patience, _clock, cancellationToken);
            Join(redis, _clock.GetElapsedTime(started));
        }
        catch (Exception e) when (IsAbsence(e, cancellationToken))
        {
            Leave(e);
        }
    }

    /// <summary>Counts in this gateway's own windows from now on.</summary>
    internal void Leave(Exception? reason)
    {
        Volatile.Write(ref _redis, null);
        if (!Interlocked.Exchange(ref _isAway, true) && reason is not null)
        {
            Log.RateLimitsApart(_logger, reason.GetType().Name);
        }
    }

    private void Join(IDatabaseAsync redis, TimeSpan latency)
    {
        Volatile.Write(ref _latencyMilliseconds, latency.TotalMilliseconds);
        Volatile.Write(ref _redis, redis);
        if (Interlocked.Exchange(ref _isAway, false))
        {
            Log.RateLimitsShared(_logger);
        }
    }

    /// <summary>Hashed as one text: Redis learns neither addresses nor how long a caller's name is.</summary>
    private string KeyOf(string caller, string group) =>
        _prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{caller}\n{group}")).AsSpan(0, 16));

    private static bool IsAbsence(Exception e, CancellationToken cancellationToken) =>
        e is RedisException or RedisCommandException or TimeoutException or ObjectDisposedException
        || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
