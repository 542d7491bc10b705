using Soma.Gateway.Hosting;
using Soma.Gateway.Limits;
using Soma.Gateway.Mcp;

namespace Soma.Gateway.Security;

/// <summary>
/// Middleware between routing and the handler: finds out who sends the request, whether the route's scope is theirs, and whether
/// their rate limit has room, before any of the body is read.
/// </summary>
internal sealed class AccessControl(
    RequestDelegate next, Authenticator authenticator, RateLimiting limits, KeyUsageCounts usage, GatewayInstruments instruments, GatewayOptions options)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var route = context.GetEndpoint()?.Metadata.GetMetadata<RouteInfo>();
        if (route is null || route.Access == Access.Open)
        {
            await next(context);
            return;
        }

        var identity = context.IsLocal() ? Identity.Of(Caller.Root) : await authenticator.IdentifyAsync(context);
        var caller = identity.Caller;
        if (caller is not null)
        {
            context.SetCaller(caller);
        }

        if (route.NeedsCaller && (identity.Refusal ?? RefuseScope(caller, route)) is { } refused)
        {
            // Whoever tries many keys is answered 429 instead of being told about each.
            var tooMany = identity.CountsByAddress ? await limits.TakeAsync(context, AddressOf(context), null, RouteInfo.UnknownKeys) : null;
            await (tooMany ?? McpAuthorization.Challenge(context, refused, route.Scope, options.Jwt)).ExecuteAsync(context);
            return;
        }

        // A request with a wrong token is counted by its address. If each made-up token had a window of its own, public
        // routes would have no limit.
        if (await limits.TakeAsync(context, caller?.Id ?? AddressOf(context), caller?.Limits.RequestsPerMinute, route.RateGroup) is { } full)
        {
            await full.ExecuteAsync(context);
            return;
        }

        instruments.OnCaller(caller?.Kind ?? "nobody");
        if (caller is not null)
        {
            usage.OnRequest(caller);
        }

        await next(context);
    }

    private static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    private static Problem? RefuseScope(Caller? caller, RouteInfo route) =>
        caller is null || caller.May(route.Scope)
            ? null
            : new Problem(403, $"This key lacks the scope '{route.Scope.ToString().ToLowerInvariant()}'");
}
