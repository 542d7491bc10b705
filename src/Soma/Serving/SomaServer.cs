using Soma.Gateway.Hosting;
using Soma.Hosting;
using Soma.Silo.Hosting;

namespace Soma.Serving;

/// <summary>Assembles gateway, silo and store in one process.</summary>
public static class SomaServer
{
    public static WebApplication Build(ServeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var builder = WebProcess.CreateBuilder("soma", options.LogLevel).AddSomaMetrics();
        builder.Host.UseOrleans(silo => silo.UseSomaSilo(options.Silo).AddSomaSettings(options));
        builder.Services.AddSomaStore(options).AddSomaVectorTier(options).AddSomaService(options);
        builder.ListenForSoma(options.Http, options.Gateway);
        builder.AddSomaTracing(SettingsReader.FromProcess(), "soma", "Soma", "Npgsql");
        var app = builder.Build();
        app.MapSomaService();
        return app;
    }
}
