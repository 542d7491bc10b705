namespace Soma.Gateway.Limits;

/// <summary>Asks the windows about a request and writes the rate-limit headers of the answer.</summary>
internal sealed class RateLimiting(GatewayOptions options, IRateLimitWindow window, GatewayInstruments instruments)
{
    /// <summary>The group of the routes that store one memory. A caller who stores many should send batches.</summary>
    public const string SingleStores = "/memories.store";

    // No route group begins otherwise than with a slash.
    private const string AllRoutes = "key";

    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);

    /// <summary>Returns a 429 answer for a caller one of whose windows is full, else null.</summary>
    /// <param name="context">The request.</param>
    /// <param name="caller">By which name its sender is counted.</param>
    /// <param name="perMinute">How many requests its key may send in a minute, over all routes; null: as many as its routes allow.</param>
    /// <param name="group">The group of its route.</param>
    public async ValueTask<Problem?> TakeAsync(HttpContext context, string caller, int? perMinute, string group)
    {
        RateWindow[] windows = (options.IsRateLimited, perMinute) switch
        {
            (true, { } limit) => [new(group, options.RateLimit, options.RateLimitWindow), new(AllRoutes, limit, Minute)],
            (true, null) => [new(group, options.RateLimit, options.RateLimitWindow)],
            (false, { } limit) => [new(AllRoutes, limit, Minute)],
            _ => [],
        };
        if (windows.Length == 0)
        {
            return null;
        }

        var decision = await window.TryTakeAsync(caller, windows, context.RequestAborted);
        var reset = Math.Max(1, (int)Math.Ceiling(decision.Reset.TotalSeconds));
        var headers = context.Response.Headers;
        headers["RateLimit-Limit"] = windows[decision.Window].Limit.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Remaining"] = decision.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Reset"] = reset.ToString(CultureInfo.InvariantCulture);
        if (decision.IsAllowed)
        {
            return null;
        }

        instruments.Limits.OnRefused(group);
        return new Problem(429, Describe(windows[decision.Window], group)) { RetryAfterSeconds = reset };
    }

    private static string Describe(RateWindow full, string group)
    {
        var what = full.Group == AllRoutes
            ? $"{full.Limit} requests a minute with this key (limits.requests_per_minute); POST /keys makes one with another limit"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{full.Limit} requests in {full.Length.TotalSeconds} s to {full.Group}; an operator changes it with SOMA_RATE_LIMIT_MAX and SOMA_RATE_LIMIT_WINDOW_SECONDS");
        return $"Rate limit exceeded: {what}{(group == SingleStores ? ". POST /memories/batch stores up to 1000 memories in one request" : "")}";
    }
}
