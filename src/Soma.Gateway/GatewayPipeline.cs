using Soma.Gateway.Draining;
using Soma.Gateway.LangGraph;
using Soma.Gateway.Mcp;
using Soma.Gateway.Mem0;
using Soma.Gateway.Ui;

namespace Soma.Gateway;

/// <summary>Adds the gateway's middleware and routes to an application.</summary>
public static class GatewayPipeline
{
    /// <summary>Every route is also reachable under this prefix.</summary>
    public const string VersionPrefix = "/api/v1";

    /// <summary>Adds the middleware that every request passes, in order. The host calls it once, before it adds middleware of its own.</summary>
    public static WebApplication UseSomaGateway(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<GatewayOptions>();
        // Created here, because the uptime in GET /health counts from its creation.
        app.Services.GetRequiredService<SystemView>();
        app.UseDraining();
        app.UseMiddleware<RequestObservation>();
        // CORS comes before everything that may refuse a request, because a script can read a refusal only with the CORS headers.
        if (options.CorsOrigins.Count > 0)
        {
            app.UseCors();
        }

        app.UseMiddleware<FailureHandling>();
        app.UseSomaDocs();
        app.UseRouting();
        app.Use((context, next) => (RequestBody.CheckDeclared(context, options.MaxBodyBytes) ?? AmbiguousRequest.Check(context)) is { } refused
            ? refused.ExecuteAsync(context)
            : next(context));
        app.Use(TokenScheme.TranslateAsync);
        app.UseMiddleware<AccessControl>();
        app.UseMiddleware<McpGate>();
        return app;
    }

    /// <summary>Maps every route twice: without a prefix, and under <see cref="VersionPrefix"/>.</summary>
    public static WebApplication MapSoma(this WebApplication app)
    {
        MapAll(app.MapGroup("").WithSomaConventions());
        MapAll(app.MapGroup(VersionPrefix).WithSomaConventions().ExcludeFromDescription());
        app.MapGroup("").WithSomaConventions().MapSomaOpenApi();
        var options = app.Services.GetRequiredService<GatewayOptions>();
        if (options.Jwt is { } jwt)
        {
            app.MapMcpMetadata(jwt);
        }

        if (options.Facades.HasFlag(Facades.Mem0))
        {
            app.MapMem0();
        }

        if (options.ServesExplorer)
        {
            app.MapGroup("").WithSomaConventions().MapExplorer();
        }

        if (options.Facades.HasFlag(Facades.LangGraph))
        {
            app.MapLangGraph();
        }

        app.Lifetime.ApplicationStarted.Register(() => AnnounceRateGroups(app.Services));
        return app;
    }

    /// <summary>
    /// Begins to make the tools of MCP on another thread. Their schemas take a quarter of a second of a start, which the first client would wait for.
    /// </summary>
    public static void PrepareMcp() => McpSetup.Prepare();

    /// <summary>
    /// Maps MCP alone, for a service that only <c>soma mcp</c> processes of this machine reach. Making the other routes takes a third of a second
    /// of such a start.
    /// </summary>
    public static WebApplication MapSomaMcpAlone(this WebApplication app)
    {
        app.MapGroup("").WithSomaConventions().MapSomaMcp();
        return app;
    }

    /// <summary>Creates the metrics of each rate group. Called when the host has started, because only the built routes know their groups.</summary>
    private static void AnnounceRateGroups(IServiceProvider services) =>
        services.GetRequiredService<GatewayInstruments>().Limits.Announce(
            services.GetRequiredService<EndpointDataSource>().Endpoints
                .Select(endpoint => endpoint.Metadata.GetMetadata<RouteInfo>())
                .OfType<RouteInfo>()
                .Where(route => route.Access != Access.Open)
                .Select(route => route.RateGroup)
                .Distinct());

    private static void MapAll(IEndpointRouteBuilder routes)
    {
        routes.MapMemories();
        routes.MapSearch();
        routes.MapNamespaces();
        routes.MapMap();
        routes.MapKeys();
        routes.MapLinks();
        routes.MapChanges();
        routes.MapPast();
        routes.MapRewind();
        routes.MapSystem();
        routes.MapSomaMcp();
    }
}
