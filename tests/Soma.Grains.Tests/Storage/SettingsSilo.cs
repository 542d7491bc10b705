using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Storage;
using Soma.Grains.Storage;
using Soma.Testing;

namespace Soma.Grains.Tests.Storage;

/// <summary>A silo that is wired as a host wires it, for the storage that grains get in it.</summary>
internal sealed class SettingsSilo : IAsyncDisposable
{
    private readonly IHost _host;

    private SettingsSilo(IHost host) => _host = host;

    public IGrainStorage Storage => _host.Services.GetRequiredKeyedService<IGrainStorage>(SettingsStorageExtensions.StorageName);

    public static async Task<SettingsSilo> StartAsync(Action<IServiceCollection> addStore, Action<ISiloBuilder> addSettings)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        addStore(builder.Services);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePorts.Next(), FreePorts.Next());
            silo.Configure<ClusterOptions>(cluster => cluster.ServiceId = "soma");
            addSettings(silo);
        });
        var host = builder.Build();
        await host.Services.GetRequiredService<IStoreInitializer>().InitializeAsync(default);
        await host.StartAsync();
        return new SettingsSilo(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
