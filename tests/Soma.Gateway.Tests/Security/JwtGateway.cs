using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Soma.Gateway.Security;
using Soma.Gateway.Tests.Service;

namespace Soma.Gateway.Tests.Security;

/// <summary>A gateway that trusts the tokens of an issuer, and both under the test's clock.</summary>
public sealed class JwtGateway : IAsyncLifetime, IAsyncDisposable
{
    private GatewayUnderTest? _gateway;

    internal FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    internal IssuerStub Issuer { get; private set; } = null!;

    internal TokenForge Forge { get; private set; } = null!;

    internal GatewayUnderTest Gateway => _gateway ?? throw new InvalidOperationException("The gateway has not been started.");

    internal JwtOptions Options { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await StartIssuerAsync();
        await StartAsync(options => options);
    }

    /// <summary>With an issuer, and before the gateway is started.</summary>
    internal static async Task<JwtGateway> PrepareAsync()
    {
        var soma = new JwtGateway();
        await soma.StartIssuerAsync();
        return soma;
    }

    internal async Task StartIssuerAsync()
    {
        Issuer = await IssuerStub.StartAsync();
        Forge = new TokenForge(Issuer.Issuer, Clock.GetUtcNow);
        Issuer.Jwks = Forge.Jwks;
    }

    internal async Task StartAsync(Func<JwtOptions, JwtOptions> configure, string rootToken = "the-root-token")
    {
        Options = configure(new JwtOptions { Issuer = Issuer.Issuer, Audiences = [TokenForge.Audience] });
        _gateway = new GatewayUnderTest(
            options => options with { Jwt = Options, ApiToken = rootToken }, services => services
                .AddSingleton<TimeProvider>(Clock)
                .AddLogging(logging => logging.AddFilter("Soma.Gateway.Security", LogLevel.Debug)));
        await Gateway.InitializeAsync();
    }

    /// <summary>Reads a memory that is not there: 404 for who may read the namespace.</summary>
    internal Task<HttpResponseMessage> ReadAsync(string token, string space = "notes") => SendAsync(HttpMethod.Get, "/memories/1,2", token, space);

    internal async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string token, string? space = "notes", HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (space is not null)
        {
            request.Headers.Add("X-Soma-Namespace", space);
        }

        return await Gateway.Client.SendAsync(request);
    }

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    public async Task DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        await Issuer.DisposeAsync();
    }
}
