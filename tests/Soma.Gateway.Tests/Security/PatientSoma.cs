using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Security;

/// <summary>A service whose deadline is long, because on a busy machine the largest bodies take seconds.</summary>
public sealed class PatientSoma : IAsyncLifetime
{
    private SomaHost? _host;

    public SomaHost Host => _host ?? throw new InvalidOperationException("The service has not been started.");

    public async Task InitializeAsync() => _host = await SomaHost.StartAsync(("SOMA_REQUEST_TIMEOUT_SECONDS", "120"));

    public async Task DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }
}
