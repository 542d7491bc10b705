using System.Collections;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Soma.Hosting;

/// <summary>
/// Traces each request from HTTP to the SQL statement, and exports the traces to where the standard <c>OTEL_*</c>
/// variables say.
/// </summary>
public static class Tracing
{
    private static readonly string[] Endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

    /// <summary>
    /// Turns tracing on if an OTLP endpoint is set. Without an endpoint nothing is recorded and tracing costs nothing.
    /// </summary>
    /// <param name="builder">The builder of the process.</param>
    /// <param name="settings">The environment of the process.</param>
    /// <param name="service">The service name in traces, unless <c>OTEL_SERVICE_NAME</c> sets another.</param>
    /// <param name="sources">Activity sources of this process, in addition to those of Orleans and the web
    /// server.</param>
    public static WebApplicationBuilder AddSomaTracing(
        this WebApplicationBuilder builder, SettingsReader settings, string service, params string[] sources)
    {
        if (Endpoints.All(endpoint => settings.Text(endpoint) is null) || settings.Text("OTEL_SDK_DISABLED")?.ToUpperInvariant() == "TRUE")
        {
            return builder;
        }

        // The exporter reads its settings from the configuration of the process, and WebProcess removed the environment
        // from it.
        builder.Configuration.AddInMemoryCollection(StandardVariables());
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(settings.Text("OTEL_SERVICE_NAME") ?? service, serviceVersion: ProductVersion.Current))
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation(web => web.Filter = static context => !IsProbe(context.Request.Path.Value))
                .AddSource("Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime")
                .AddSource(sources)
                .AddOtlpExporter());
        return builder;
    }

    private static bool IsProbe(string? path) =>
        path is "/metrics" or "/healthz" or "/readyz" or "/ping" || path?.StartsWith("/health", StringComparison.Ordinal) == true;

    private static IEnumerable<KeyValuePair<string, string?>> StandardVariables() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(variable => ((string)variable.Key).StartsWith("OTEL_", StringComparison.Ordinal))
            .Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value));
}
