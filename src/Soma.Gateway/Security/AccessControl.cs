using Soma.Gateway.Http;
using Soma.Gateway.Limits;

namespace Soma.Gateway.Security;

/// <summary>
/// Middleware between routing and the handler: checks the token, then the caller's rate limit, before any of the body
/// is read.
/// </summary>
internal sealed class AccessControl(RequestDelegate next, TokenCheck tokens, RateLimiting limits)
{
    public Task InvokeAsync(HttpContext context)
    {
        var route = context.GetEndpoint()?.Metadata.GetMetadata<RouteInfo>();
        if (route is null || route.Access == Access.Open)
        {
            return next(context);
        }

        var verdict = tokens.Check(context.Request.Headers);
        if (route.Access == Access.Protected && verdict != TokenVerdict.Valid)
        {
            return (verdict == TokenVerdict.Missing ? new Problem(401, "Missing bearer token") : new Problem(403, "Invalid token"))
                .ExecuteAsync(context);
        }

        return LimitAsync(context, route, verdict);
    }

    private async Task LimitAsync(HttpContext context, RouteInfo route, TokenVerdict verdict)
    {
        // A request with a wrong token is counted by its address. If each made-up token had a window of its own, public
        // routes would have no limit.
        var caller = verdict == TokenVerdict.Valid ? tokens.Caller : context.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        if (await limits.TakeAsync(context, caller, route.RateGroup) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        await next(context);
    }
}
