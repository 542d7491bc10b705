using Microsoft.AspNetCore.Mvc;

namespace Soma.Gateway.Endpoints;

/// <summary>The routes of statistics, health, metrics, the cluster and the front page. Only <c>/stats</c> and <c>/cluster</c> are limited.</summary>
internal static class SystemEndpoints
{
    public static void MapSystem(this IEndpointRouteBuilder routes)
    {
        var system = routes.MapGroup("").WithTags("System").WithMetadata(Access.Open);
        system.MapGet("/stats", GetStatsAsync).WithMetadata(Access.Public, Operations.Stats);
        system.MapGet("/readyz", GetReadinessAsync).WithMetadata(Operations.Readiness);
        system.MapGet("/healthz", GetLivenessFlagsAsync).WithMetadata(Operations.Liveness);
        system.MapGet("/health", GetHealthAsync).WithMetadata(Operations.Health);
        system.MapGet("/health/live", GetLive).WithMetadata(Operations.Live);
        system.MapGet("/health/ready", GetReadyAsync).WithMetadata(Operations.Ready);
        system.MapGet("/metrics", GetMetricsAsync).WithMetadata(Operations.Metrics);
        system.MapGet("/", GetFrontPage).WithMetadata(Operations.FrontPage);
        system.MapGet("/ping", Ping).WithMetadata(Operations.Ping);
        routes.MapProtected("System").Needs(Scopes.Admin).MapGet("/cluster", GetClusterAsync).WithMetadata(Operations.Cluster);
    }

    private static async Task<Results<Answer<Stats>, Problem>> GetStatsAsync(HttpContext context, SystemView view)
    {
        var admin = context.FindCaller() is { } caller && caller.May(Scopes.Admin) ? caller : null;
        return await view.GetStatsAsync(includeNamespaces: admin is not null) is { } stats
            ? Stats.ToAnswer(stats with { Namespaces = admin is null ? [] : [.. stats.Namespaces.Where(one => admin.MayUse(one.Key))] })
            : new Problem(503, "Backend stats unavailable") { RetryAfterSeconds = 1 };
    }

    private static async Task<Results<Answer<Flags>, Problem>> GetReadinessAsync(SystemView view)
    {
        var capabilities = Capabilities.Of(await view.CheckHealthAsync());
        return capabilities.Store
            ? Flags.ToAnswer(capabilities)
            : new Problem(503, "No silo or no store can be reached") { RetryAfterSeconds = 1, Capabilities = capabilities };
    }

    /// <summary>Always 200. An error here makes a supervisor restart the process, and a restart repairs no silo and no store.</summary>
    private static async Task<Answer<Flags>> GetLivenessFlagsAsync(SystemView view) =>
        Flags.ToAnswer(Capabilities.Of(await view.CheckHealthAsync()));

    private static async Task<Answer<Health>> GetHealthAsync(SystemView view, [FromServices] IEnumerable<IGatewayComponent> own) =>
        Health.ToAnswer(await view.CheckHealthAsync(), own.Select(component => component.Health), view.Uptime);

    private static Answer<Alive> GetLive() => Answer<Alive>.Of(new Alive("ok"));

    /// <summary>
    /// 200 if requests may be sent to this process: it is not stopping, and it reaches a silo. A store that is down does not count,
    /// because another gateway would not reach it either.
    /// </summary>
    private static async Task<Results<Answer<Flags>, Problem>> GetReadyAsync(SystemView view, IHostApplicationLifetime lifetime)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return new Problem(503, "The process is stopping");
        }

        return await view.CheckHealthAsync() is { } reply
            ? Flags.ToAnswer(Capabilities.Of(reply))
            : new Problem(503, "No silo can be reached") { RetryAfterSeconds = 1 };
    }

    /// <summary>The silos serve all namespaces, so a key that is for some of them does not see the silos.</summary>
    private static async Task<Results<Answer<Cluster>, Problem>> GetClusterAsync(HttpContext context, GatewayCore core, SystemView view)
    {
        if (core.ReadQuery(context, CommonFields.NoFields).Problem is { } problem)
        {
            return problem;
        }

        if (!context.Caller().Covers(Caller.Everything))
        {
            return new Problem(403, "This key is for some namespaces only, and the silos serve all of them");
        }

        return await view.ListSilosAsync() is { } silos
            ? Cluster.ToAnswer(silos)
            : new Problem(503, "No silo can be reached") { RetryAfterSeconds = 1 };
    }

    private static Task GetMetricsAsync(HttpContext context, GatewayInstruments instruments)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return instruments.Registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
    }

    private static Answer<FrontPage> GetFrontPage() => Answer<FrontPage>.Of(new FrontPage("Soma is running", Metrics: "/metrics", Docs: "/docs"));

    private static Answer<Pong> Ping() => Answer<Pong>.Of(new Pong("pong"));
}
