using System.Collections;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Soma.Hosting;

/// <summary>Traces from the HTTP request to the store's statement, sent where the standard <c>OTEL_*</c> variables say.</summary>
public static class Tracing
{
    private static readonly string[] Endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

    /// <summary>Turns traces on where an OTLP endpoint is set; without one nothing is recorded and nothing paid.</summary>
    /// <param name="builder">The process.</param>
    /// <param name="settings">The process's environment.</param>
    /// <param name="service">The service's name, unless <c>OTEL_SERVICE_NAME</c> gives another.</param>
    /// <param name="sources">Activity sources of this process besides Orleans' and the web server's.</param>
    public static WebApplicationBuilder AddSomaTracing(
        this WebApplicationBuilder builder, SettingsReader settings, string service, params string[] sources)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        if (Endpoints.All(endpoint => settings.Text(endpoint) is null) || settings.Text("OTEL_SDK_DISABLED")?.ToUpperInvariant() == "TRUE")
        {
            return builder;
        }

        // The exporter reads its settings from the process's configuration, which holds nothing else of the environment.
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
