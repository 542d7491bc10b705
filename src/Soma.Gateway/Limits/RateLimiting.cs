namespace Soma.Gateway.Limits;

/// <summary>Asks the window about a request and writes the rate-limit headers of the answer.</summary>
internal sealed class RateLimiting(GatewayOptions options, IRateLimitWindow window, GatewayInstruments instruments)
{
    private readonly string _limit = options.RateLimit.ToString(CultureInfo.InvariantCulture);

    /// <summary>Returns a 429 answer for a caller whose window is full, else null.</summary>
    public async ValueTask<Problem?> TakeAsync(HttpContext context, string caller, string group)
    {
        if (!options.IsRateLimited)
        {
            return null;
        }

        var decision = await window.TryTakeAsync(caller, group, context.RequestAborted);
        var reset = Math.Max(1, (int)Math.Ceiling(decision.Reset.TotalSeconds));
        var headers = context.Response.Headers;
        headers["RateLimit-Limit"] = _limit;
        headers["RateLimit-Remaining"] = decision.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Reset"] = reset.ToString(CultureInfo.InvariantCulture);
        if (decision.IsAllowed)
        {
            return null;
        }

        instruments.Limits.OnRefused(group);
        return new Problem(429, "Rate limit exceeded") { RetryAfterSeconds = reset };
    }
}

/// <summary>Counts the requests of each caller over a sliding window.</summary>
/// <remarks>
/// In any window of time, at most as many requests are let through as the limit says. A refused request does not count.
/// An implementation that gateways share must not fail when its store is away: it counts in the gateway's own memory
/// instead.
/// </remarks>
public interface IRateLimitWindow
{
    /// <param name="caller">A name of the caller that reveals no secret.</param>
    /// <param name="group">The route group. Each group has its own window.</param>
    /// <param name="cancellationToken">Cancels the wait for a window that is kept in another process.</param>
    ValueTask<RateLimitDecision> TryTakeAsync(string caller, string group, CancellationToken cancellationToken);
}

/// <summary>The window's decision about one request.</summary>
/// <param name="IsAllowed">Whether the request is let through.</param>
/// <param name="Remaining">How many more requests would be let through now.</param>
/// <param name="Reset">The time until the oldest counted request leaves the window and makes room for another
/// one.</param>
public readonly record struct RateLimitDecision(bool IsAllowed, int Remaining, TimeSpan Reset);
