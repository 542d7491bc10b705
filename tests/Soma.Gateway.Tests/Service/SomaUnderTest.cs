using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Service;

/// <summary>The whole product, grains and store included, as the error rules ask for it.</summary>
public sealed class SomaUnderTest : IServiceUnderTest, IAsyncLifetime
{
    private SomaHost? _host;

    public HttpClient Client { get; private set; } = null!;

    public string Token => SomaHost.Token;

    public async Task InitializeAsync()
    {
        _host = await SomaHost.StartAsync(("SOMA_MAX_REQUEST_BODY_MB", "1"));
        Client = _host.NewAnonymousClient();
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }
}
