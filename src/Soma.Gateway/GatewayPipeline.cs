using Soma.Gateway.Draining;
using Soma.Gateway.Security;

namespace Soma.Gateway;

/// <summary>Puts the gateway's steps and routes on an application.</summary>
public static class GatewayPipeline
{
    /// <summary>The version prefix under which every route can be reached too.</summary>
    public const string VersionPrefix = "/api/v1";

    /// <summary>The steps every request walks, in their order; call it once, before any other step of the host's own.</summary>
    public static WebApplication UseSomaGateway(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<GatewayOptions>();
        // Made now: its uptime counts from here.
        app.Services.GetRequiredService<SystemView>();
        app.UseDraining();
        app.UseMiddleware<RequestObservation>();
        // Before anything that may refuse: a page's script can read a refusal only if it carries these headers too.
        if (options.CorsOrigins.Count > 0)
        {
            app.UseCors();
        }

        app.UseMiddleware<FailureHandling>();
        app.Use((context, next) => RequestBody.CheckDeclared(context, options.MaxBodyBytes) is { } tooLarge
            ? tooLarge.ExecuteAsync(context)
            : next(context));
        app.UseSomaDocs();
        app.UseRouting();
        app.UseMiddleware<AccessControl>();
        return app;
    }

    /// <summary>Every route, as it is and under <see cref="VersionPrefix"/>.</summary>
    public static WebApplication MapSoma(this WebApplication app)
    {
        MapAll(app.MapGroup("").WithSomaConventions());
        MapAll(app.MapGroup(VersionPrefix).WithSomaConventions().ExcludeFromDescription());
        app.MapGroup("").WithSomaConventions().MapSomaOpenApi();
        app.Lifetime.ApplicationStarted.Register(() => AnnounceRateGroups(app.Services));
        return app;
    }

    /// <summary>Once the routes stand: only they know the groups.</summary>
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
        routes.MapLinks();
        routes.MapSystem();
    }
}
