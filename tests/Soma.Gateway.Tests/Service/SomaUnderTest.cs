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
        // No rule is about the deadline, and on a busy machine a body at the limit takes seconds.
        _host = await SomaHost.StartAsync(("SOMA_MAX_REQUEST_BODY_MB", "1"), ("SOMA_REQUEST_TIMEOUT_SECONDS", "120"));
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
