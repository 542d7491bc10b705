using Soma.Gateway.Hosting;
using Soma.Gateway.Limits;

namespace Soma.Gateway.Security;

/// <summary>
/// Middleware between routing and the handler: finds out who sends the request, whether the route's scope is theirs, and whether
/// their rate limit has room, before any of the body is read.
/// </summary>
internal sealed class AccessControl(RequestDelegate next, Authenticator authenticator, RateLimiting limits)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var route = context.GetEndpoint()?.Metadata.GetMetadata<RouteInfo>();
        if (route is null || route.Access == Access.Open)
        {
            await next(context);
            return;
        }

        var (caller, refusal) = context.IsLocal() ? Identity.Of(Caller.Root) : await authenticator.IdentifyAsync(context.Request.Headers, context.RequestAborted);
        if (route.Access == Access.Protected && (refusal ?? RefuseScope(caller, route)) is { } refused)
        {
            await refused.ExecuteAsync(context);
            return;
        }

        // A request with a wrong token is counted by its address. If each made-up token had a window of its own, public
        // routes would have no limit.
        var counted = caller?.Id ?? context.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        if (await limits.TakeAsync(context, counted, route.RateGroup) is { } full)
        {
            await full.ExecuteAsync(context);
            return;
        }

        if (caller is not null)
        {
            context.SetCaller(caller);
        }

        await next(context);
    }

    private static Problem? RefuseScope(Caller? caller, RouteInfo route) =>
        caller is null || caller.May(route.Scope)
            ? null
            : new Problem(403, $"This key lacks the scope '{route.Scope.ToString().ToLowerInvariant()}'");
}
