using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Soma.Gateway.Draining;
using Soma.Gateway.Hosting;
using Soma.Hosting;
using Soma.Hosting.Tls;
using Soma.Testing;
using Soma.Testing.Tls;

namespace Soma.Gateway.Tests.Draining;

/// <summary>HTTP/2 has no <c>Connection: close</c>, so its clients are told by the connection itself.</summary>
public sealed class Http2DrainTests
{
    // Far longer than the test may take: the stop ends in time only if the client was told to go.
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task An_HTTP_2_client_gets_its_answer_and_is_told_to_go()
    {
        using var authority = new TestAuthority();
        var files = authority.Issue("service");
        var certificate = HttpTls.Read(new SettingsReader(name => name switch
        {
            "SOMA_TLS_CERT_FILE" => files.CertFile,
            "SOMA_TLS_KEY_FILE" => files.KeyFile,
            _ => null,
        }));
        var http = new HttpOptions { Address = IPAddress.Loopback, Port = 0, Token = new SecretSetting("t", "t"), DrainTime = Long, Certificate = certificate };
        var builder = WebApplication.CreateSlimBuilder();
        builder.ListenForSoma(http, new GatewayOptions { ApiToken = "t" });
        await using var app = builder.Build();
        app.UseDraining();
        app.MapGet("/", () => "ok");
        await app.StartAsync();
        var drain = app.Services.GetRequiredService<ConnectionDrain>();
        using var client = NewClient(app.Urls.Single());
        Assert.Equal("ok", await client.GetStringAsync("/"));

        var stopping = app.StopAsync();
        await Eventually.TrueAsync(() => drain.IsDraining);
        Assert.Equal("ok", await client.GetStringAsync("/"));

        await stopping.WaitAsync(TimeSpan.FromMinutes(1));
    }

    private static HttpClient NewClient(string url)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        return new HttpClient(handler)
        {
            BaseAddress = new Uri(url),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }
}
