using System.Collections.Concurrent;

namespace Soma.Gateway.Limits;

/// <summary>
/// Counts requests in this process's memory. It is exact if there is only one gateway, and the fallback while the
/// shared windows are away.
/// </summary>
/// <remarks>
/// Memory is bounded: there are at most <see cref="MaxWindows"/> windows. When all are in use, new callers share one
/// more window. If a busy caller's window were dropped instead, a caller with many addresses could evict its own full
/// window and start afresh.
/// </remarks>
public sealed class InProcessRateLimitWindow(GatewayOptions options, TimeProvider clock) : IRateLimitWindow
{
    internal const int MaxWindows = 4096;
    private readonly ConcurrentDictionary<(string Caller, string Group), SlidingWindow> _windows = new();
    private readonly SlidingWindow _shared = new(options.RateLimit, options.RateLimitWindow.Ticks);
    private readonly Lock _sweeping = new();
    private long _nextSweep;

    public ValueTask<RateLimitDecision> TryTakeAsync(string caller, string group, CancellationToken cancellationToken)
    {
        var now = clock.GetElapsedTime(0).Ticks;
        var window = Find((caller, group), now);
        lock (window)
        {
            return ValueTask.FromResult(window.TryTake(now));
        }
    }

    private SlidingWindow Find((string Caller, string Group) key, long now)
    {
        if (_windows.TryGetValue(key, out var window))
        {
            return window;
        }

        if (_windows.Count >= MaxWindows)
        {
            Sweep(now);
        }

        return _windows.Count < MaxWindows
            ? _windows.GetOrAdd(key, static (_, o) => new SlidingWindow(o.RateLimit, o.RateLimitWindow.Ticks), options)
            : _shared;
    }

    /// <summary>
    /// Drops idle windows. Each sweep visits all windows, so there are only a few sweeps per window's time.
    /// </summary>
    private void Sweep(long now)
    {
        lock (_sweeping)
        {
            if (now < _nextSweep)
            {
                return;
            }

            _nextSweep = now + (options.RateLimitWindow.Ticks / 8);
            foreach (var (key, window) in _windows)
            {
                lock (window)
                {
                    if (window.IsIdle(now))
                    {
                        _windows.TryRemove(key, out _);
                    }
                }
            }
        }
    }
}
