namespace Soma.Gateway.Tests.Hosting;

/// <summary>One service on SQLite for all test classes of <see cref="SharedSomaCollection"/>; each test takes a namespace of its own.</summary>
public sealed class SharedSoma : IAsyncLifetime
{
    private SomaHost? _host;

    public SomaHost Host => _host ?? throw new InvalidOperationException("The service has not been started.");

    public async Task InitializeAsync() => _host = await SomaHost.StartAsync();

    public async Task DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }
}
