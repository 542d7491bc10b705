using Microsoft.AspNetCore.Mvc;
using Soma.Gateway.Answers;
using Soma.Gateway.Http;
using Soma.Gateway.OpenApi;
using Soma.Gateway.Probing;
using Soma.Gateway.Security;

namespace Soma.Gateway.Endpoints;

/// <summary>Statistics, health, metrics and the front page.</summary>
internal static class SystemEndpoints
{
    public static void MapSystem(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/stats", GetStatsAsync).Public("/stats").WithMetadata(SystemOperations.Stats);
        routes.MapGet("/readyz", GetReadinessAsync).Open("/readyz").WithMetadata(SystemOperations.Readiness);
        routes.MapGet("/healthz", GetLivenessFlagsAsync).Open("/healthz").WithMetadata(SystemOperations.Liveness);
        routes.MapGet("/health", GetHealthAsync).Open("/health").WithMetadata(SystemOperations.Health);
        routes.MapGet("/health/live", GetLive).Open("/health/live").WithMetadata(SystemOperations.Live);
        routes.MapGet("/health/ready", GetReadyAsync).Open("/health/ready").WithMetadata(SystemOperations.Ready);
        routes.MapGet("/metrics", GetMetricsAsync).Open("/metrics").WithMetadata(SystemOperations.Metrics);
        routes.MapGet("/", GetFrontPage).Open("/").WithMetadata(SystemOperations.FrontPage);
        routes.MapGet("/ping", Ping).Open("/ping").WithMetadata(SystemOperations.Ping);
    }

    public static async Task<IResult> GetStatsAsync(HttpContext context, SystemView view, TokenCheck tokens)
    {
        var isAdmin = tokens.Check(context.Request.Headers) == TokenVerdict.Valid;
        return await view.GetStatsAsync(includeNamespaces: isAdmin) is { } stats
            ? Stats.ToAnswer(isAdmin ? stats : stats with { Namespaces = [] })
            : new Problem(503, "Backend stats unavailable") { RetryAfterSeconds = 1 };
    }

    public static async Task<IResult> GetReadinessAsync(SystemView view)
    {
        var capabilities = Capabilities.Of(await view.CheckHealthAsync());
        return capabilities.Store
            ? Flags.ToAnswer(capabilities)
            : new Problem(503, "No silo or no store can be reached") { RetryAfterSeconds = 1, Capabilities = capabilities };
    }

    /// <summary>Always 200: nothing that is away is mended by restarting this process.</summary>
    public static async Task<IResult> GetLivenessFlagsAsync(SystemView view) =>
        Flags.ToAnswer(Capabilities.Of(await view.CheckHealthAsync()));

    public static async Task<IResult> GetHealthAsync(SystemView view, [FromServices] IEnumerable<IGatewayComponent> own) =>
        Health.ToAnswer(await view.CheckHealthAsync(), own.Select(component => component.Health), view.Uptime);

    public static IResult GetLive() => new Answer<Alive>(new Alive { Status = "ok" });

    /// <summary>Whether to send this process requests: not while it stops or reaches no silo. A store that is away is no reason.</summary>
    public static async Task<IResult> GetReadyAsync(SystemView view, IHostApplicationLifetime lifetime)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return new Problem(503, "The process is stopping");
        }

        return await view.CheckHealthAsync() is { } reply
            ? Flags.ToAnswer(Capabilities.Of(reply))
            : new Problem(503, "No silo can be reached") { RetryAfterSeconds = 1 };
    }

    public static Task GetMetricsAsync(HttpContext context, GatewayInstruments instruments)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return instruments.Registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
    }

    public static IResult GetFrontPage() => new Answer<FrontPage>(new FrontPage { Message = "Soma is running", Metrics = "/metrics", Docs = "/docs" });

    public static IResult Ping() => new Answer<Pong>(new Pong { Ping = "pong" });
}
