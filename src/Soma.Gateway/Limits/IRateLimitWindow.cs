namespace Soma.Gateway.Limits;

/// <summary>Counts a caller's requests over a sliding window.</summary>
/// <remarks>
/// At any moment no more than the limit's number of requests were let through within the window that ends then. A request
/// that is refused does not count. An implementation shared by several gateways falls back to one of its own rather than fail.
/// </remarks>
public interface IRateLimitWindow
{
    /// <param name="caller">A name that holds no secret.</param>
    /// <param name="group">The route group; each has a window of its own.</param>
    /// <param name="cancellationToken">Ends the wait for a window kept elsewhere.</param>
    ValueTask<RateLimitDecision> TryTakeAsync(string caller, string group, CancellationToken cancellationToken);
}
