namespace Soma.Gateway.Limits;

/// <summary>Counts the requests of each caller over sliding windows.</summary>
/// <remarks>
/// In any stretch of time as long as a window, at most as many requests are let through as its limit says. A refused request does not
/// count. An implementation that gateways share must not fail when its store is away: it counts in the gateway's own memory
/// instead.
/// </remarks>
public interface IRateLimitWindow
{
    /// <param name="caller">A name of the caller that reveals no secret.</param>
    /// <param name="windows">The windows against which the request counts: against all of them or, if one is full, against none.</param>
    /// <param name="cancellationToken">Cancels the wait for a window that is kept in another process.</param>
    ValueTask<RateLimitDecision> TryTakeAsync(string caller, RateWindow[] windows, CancellationToken cancellationToken);
}

/// <summary>One limit of a caller.</summary>
/// <param name="Group">What the caller's requests are counted for, such as a group of routes. Each group has its own window.</param>
/// <param name="Limit">How many requests are let through, at least 1.</param>
/// <param name="Length">In how long.</param>
public readonly record struct RateWindow(string Group, int Limit, TimeSpan Length);

/// <summary>The decision about one request, as the tightest of its windows tells it.</summary>
/// <param name="IsAllowed">Whether the request is let through.</param>
/// <param name="Remaining">How many more requests would be let through now.</param>
/// <param name="Reset">The time until the oldest counted request leaves the window and makes room for another
/// one.</param>
public readonly record struct RateLimitDecision(bool IsAllowed, int Remaining, TimeSpan Reset)
{
    /// <summary>Which of the windows that were asked this is: the one with the least room, and of several the one that waits longest.</summary>
    public int Window { get; init; }

    internal static RateLimitDecision Of(bool isAllowed, ReadOnlySpan<WindowState> states)
    {
        var tightest = 0;
        for (var i = 1; i < states.Length; i++)
        {
            if ((states[i].Remaining, -states[i].Reset.Ticks).CompareTo((states[tightest].Remaining, -states[tightest].Reset.Ticks)) < 0)
            {
                tightest = i;
            }
        }

        return new RateLimitDecision(isAllowed, states[tightest].Remaining, states[tightest].Reset) { Window = tightest };
    }
}

/// <summary>How full a window is.</summary>
internal readonly record struct WindowState(int Remaining, TimeSpan Reset);
