using System.Collections.Concurrent;

namespace Soma.Gateway.Limits;

/// <summary>Windows in this process's memory: exact for one gateway, and what a gateway counts with when nothing is shared.</summary>
/// <remarks>
/// Memory is bounded: at most <see cref="MaxWindows"/> windows. When they are all in use, callers that have none share one
/// more. Forgetting a busy caller instead would let whoever brings enough addresses start afresh.
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

    /// <summary>Drops idle windows, at most a few times in one window's time: each look costs all of them.</summary>
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
