using System.Security.Cryptography;
using StackExchange.Redis;

namespace Soma.Gateway.Limits;

/// <summary>
/// Counts requests in Redis, in windows that all gateways share. While Redis is down or slow, each gateway counts in
/// its own memory.
/// </summary>
/// <remarks>
/// Redis must never cost a request: no request fails because of Redis, and after the first failure no request waits for
/// Redis until <see cref="RedisWatch"/> has seen it answer again. A gateway's own windows start empty, so while Redis
/// is away each gateway allows a caller up to the full limit.
/// </remarks>
public sealed class RedisRateLimitWindow : IRateLimitWindow, IGatewayComponent
{
    /// <summary>
    /// The timeout of one request to Redis. Redis normally answers within a fraction of a millisecond.
    /// </summary>
    internal static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(150);

    /// <summary>How long no request is sent to Redis after a failure.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly RateWindow[] Probe = [new("probe", 1, TimeSpan.FromMilliseconds(1))];

    private readonly string _prefix;
    private readonly InProcessRateLimitWindow _own;
    private readonly LimitInstruments _instruments;
    private readonly TimeProvider _clock;
    private readonly ILogger<RedisRateLimitWindow> _logger;
    private IDatabaseAsync? _redis;
    private bool _isAway;
    private long _failedAt;
    private double _latencyMilliseconds;

    internal RedisRateLimitWindow(
        string serviceId, GatewayInstruments instruments, TimeProvider clock, ILogger<RedisRateLimitWindow> logger)
    {
        _prefix = $"soma/{serviceId}/limits/";
        _own = new InProcessRateLimitWindow(clock);
        _instruments = instruments.Limits;
        _clock = clock;
        _logger = logger;
        _failedAt = clock.GetTimestamp() - (long)(Pause.TotalSeconds * clock.TimestampFrequency);
    }

    /// <summary>Whether requests are counted in the shared windows now.</summary>
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

    public async ValueTask<RateLimitDecision> TryTakeAsync(string caller, RateWindow[] windows, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _redis) is { } redis)
        {
            try
            {
                var keys = Array.ConvertAll(windows, window => (RedisKey)KeyOf(caller, window.Group));
                return await SlidingWindowScript.TakeAsync(redis, keys, windows).WaitAsync(Timeout, _clock, cancellationToken);
            }
            catch (Exception e) when (IsAbsence(e, cancellationToken))
            {
                Volatile.Write(ref _failedAt, _clock.GetTimestamp());
                Leave(e);
            }
        }

        _instruments.OnFallback();
        return await _own.TryTakeAsync(caller, windows, cancellationToken);
    }

    /// <summary>
    /// Counts a test request in a window of its own. A Redis that answers PING may still refuse to write.
    /// </summary>
    internal async Task TryJoinAsync(IDatabaseAsync redis, CancellationToken cancellationToken)
    {
        if (_clock.GetElapsedTime(Volatile.Read(ref _failedAt)) < Pause)
        {
            return;
        }

        var started = _clock.GetTimestamp();
        try
        {
            await SlidingWindowScript.TakeAsync(redis, [_prefix + "probe"], Probe).WaitAsync(Timeout, _clock, cancellationToken);
            Join(redis, _clock.GetElapsedTime(started));
        }
        catch (Exception e) when (IsAbsence(e, cancellationToken))
        {
            Leave(e);
        }
    }

    /// <summary>Switches to this gateway's own windows.</summary>
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

    /// <summary>
    /// Hashes caller and group together, so that Redis learns neither the address nor the length of the caller's name.
    /// </summary>
    private string KeyOf(string caller, string group) =>
        _prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{caller}\n{group}")).AsSpan(0, 16));

    private static bool IsAbsence(Exception e, CancellationToken cancellationToken) =>
        e is RedisException or RedisCommandException or TimeoutException or ObjectDisposedException
        || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
