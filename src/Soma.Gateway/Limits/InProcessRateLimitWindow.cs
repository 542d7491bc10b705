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
public sealed class InProcessRateLimitWindow(TimeProvider clock) : IRateLimitWindow
{
    internal const int MaxWindows = 4096;

    // Each sweep visits all windows.
    private static readonly long SweepTicks = TimeSpan.FromSeconds(5).Ticks;

    private readonly ConcurrentDictionary<(string Caller, RateWindow Window), SlidingWindow> _windows = new();

    // One for each limit there is, for callers beyond the bound.
    private readonly ConcurrentDictionary<RateWindow, SlidingWindow> _shared = new();
    private readonly Lock _sweeping = new();
    private long _nextSweep;

    public ValueTask<RateLimitDecision> TryTakeAsync(string caller, RateWindow[] windows, CancellationToken cancellationToken)
    {
        var now = clock.GetElapsedTime(0).Ticks;
        var found = Array.ConvertAll(windows, window => Find((caller, window), now));
        return ValueTask.FromResult(Take(found, 0, now, hasRoom: true));
    }

    /// <summary>Holds the locks of all windows before it counts in any. Every caller takes them in the order of the windows asked for.</summary>
    private static RateLimitDecision Take(SlidingWindow[] windows, int locked, long now, bool hasRoom)
    {
        if (locked < windows.Length)
        {
            lock (windows[locked])
            {
                return Take(windows, locked + 1, now, windows[locked].HasRoom(now) && hasRoom);
            }
        }

        Span<WindowState> states = stackalloc WindowState[windows.Length];
        for (var i = 0; i < windows.Length; i++)
        {
            if (hasRoom)
            {
                windows[i].Take(now);
            }

            states[i] = windows[i].StateAt(now);
        }

        return RateLimitDecision.Of(hasRoom, states);
    }

    private SlidingWindow Find((string Caller, RateWindow Window) key, long now)
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
            ? _windows.GetOrAdd(key, static key => NewWindow(key.Window))
            : _shared.GetOrAdd(key.Window with { Group = "" }, NewWindow);
    }

    private static SlidingWindow NewWindow(RateWindow window) => new(window.Limit, window.Length.Ticks);

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

            _nextSweep = now + SweepTicks;
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
