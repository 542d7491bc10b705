using System.Globalization;
using Soma.Gateway.Http;

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
