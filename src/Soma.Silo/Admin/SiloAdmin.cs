using Microsoft.AspNetCore.Authorization;
using Orleans.Dashboard;
using Prometheus;

namespace Soma.Silo.Admin;

/// <summary>
/// The admin port of a silo: health and metrics for everyone who can reach the port, the dashboard for holders of the
/// operator token.
/// </summary>
/// <remarks>
/// The dashboard shows the state of grains, and with it the names of namespaces. So it is never served by the public
/// gateway, and it is not served at all if no operator token is set.
/// </remarks>
internal static class SiloAdmin
{
    private const string DashboardPath = "/dashboard";

    public static IServiceCollection AddSiloAdmin(this IServiceCollection services, string? operatorToken, string? operatorTokenFile)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<SiloHealth>();
        services.AddSingleton<FailedAttempts>();
        services.AddRouting();
        services.AddAuthentication(OperatorAccess.SchemeName)
            .AddScheme<OperatorAccess.Settings, OperatorAccess>(OperatorAccess.SchemeName, static _ => { });
        services.AddOptions<OperatorAccess.Settings>(OperatorAccess.SchemeName).Configure<TimeProvider, ILogger<SecretTokens>>(
            (settings, clock, logger) => settings.Tokens = new SecretTokens(operatorToken ?? "", operatorTokenFile, clock, logger));
        services.AddAuthorization();
        return services;
    }

    public static void MapSiloAdmin(this WebApplication app, bool hasOperator)
    {
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/health/live", static () => Results.Text("""{"status":"ok"}""", "application/json"));
        app.MapGet("/health/ready", GetReadinessAsync);
        app.MapMetrics();
        if (hasOperator)
        {
            var policy = new AuthorizationPolicyBuilder(OperatorAccess.SchemeName).RequireAuthenticatedUser().Build();
            app.MapGet("/owns", Owns).RequireAuthorization(policy);
            app.MapOrleansDashboard(DashboardPath).RequireAuthorization(policy);
        }
    }

    private static async Task<IResult> GetReadinessAsync(SiloHealth health)
    {
        var readiness = await health.CheckAsync();
        return Results.Json(
            readiness,
            SiloReadinessJson.Default.SiloReadiness,
            statusCode: readiness.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>Answers <c>true</c> if the namespace's grain is active in this silo, else <c>false</c>.</summary>
    private static IResult Owns(LocalNamespaces locals, string name, string tenant = "default") =>
        NamespaceKey.IsValidName(name) && NamespaceKey.IsValidName(tenant)
            ? Results.Text(locals.Contains(new NamespaceKey(tenant, name)) ? "true" : "false", "application/json")
            : Results.BadRequest();
}
