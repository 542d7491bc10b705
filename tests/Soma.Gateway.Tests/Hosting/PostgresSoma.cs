using Soma.Testing.Postgres;

namespace Soma.Gateway.Tests.Hosting;

/// <summary>The same service on a private Postgres, for what must hold on both stores.</summary>
public sealed class PostgresSoma : IAsyncLifetime
{
    private PostgresServer? _server;
    private SomaHost? _host;

    public SomaHost Host => _host ?? throw new InvalidOperationException("The service has not been started.");

    public async Task InitializeAsync()
    {
        _server = new PostgresServer();
        _host = await SomaHost.StartAsync(("SOMA_POSTGRES_URL", await _server.CreateDatabaseAsync()));
    }

    public async Task DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _server?.Dispose();
    }
}
