namespace Soma.Gateway.Limits;

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
