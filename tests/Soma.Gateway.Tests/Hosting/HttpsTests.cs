using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Soma.Following;
using Soma.Hosting;
using Soma.Testing.Tls;

namespace Soma.Gateway.Tests.Hosting;

/// <summary>The service over HTTPS, with the certificate of a test's own authority.</summary>
public sealed class HttpsTests : IAsyncLifetime
{
    private readonly TestAuthority _authority = new();
    private TestCertificate _certificate = null!;
    private SomaHost _host = null!;

    public async Task InitializeAsync()
    {
        _certificate = _authority.Issue("service");
        _host = await SomaHost.StartAsync(("SOMA_TLS_CERT_FILE", _certificate.CertFile), ("SOMA_TLS_KEY_FILE", _certificate.KeyFile));
    }

    [Fact]
    public async Task A_memory_is_stored_and_found_over_HTTP_2_and_HTTP_1()
    {
        Assert.Equal(Uri.UriSchemeHttps, _host.Address.Scheme);
        foreach (var version in (Version[])[HttpVersion.Version20, HttpVersion.Version11])
        {
            using var client = _host.NewClient($"https-{version.Major}");
            client.DefaultRequestVersion = version;
            client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;

            using var stored = await client.PostAsync("memories", new StringContent("""{"id":"a","payload":{"text":"The kettle is blue"}}""", null, "application/json"));
            using var found = await client.PostAsync("memories/search", new StringContent("""{"query":"kettle"}""", null, "application/json"));

            Assert.Equal((HttpStatusCode.OK, version), (stored.StatusCode, stored.Version));
            Assert.Contains("The kettle is blue", await found.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_renewed_certificate_is_presented_to_the_next_connection()
    {
        Assert.Equal(_certificate.Thumbprint, await PresentedAsync(SslProtocols.None));
        var renewed = _authority.Issue("renewed");

        _certificate.ReplaceBy(renewed);
        _host.RenewCertificates();

        Assert.Equal(renewed.Thumbprint, await PresentedAsync(SslProtocols.None));
    }

    [Fact]
    public async Task A_client_that_speaks_only_TLS_1_1_is_refused()
    {
        Assert.Equal(_certificate.Thumbprint, await PresentedAsync(SslProtocols.Tls12));
#pragma warning disable SYSLIB0039, CA5397 // The old protocol is what is refused.
        await Assert.ThrowsAnyAsync<Exception>(() => PresentedAsync(SslProtocols.Tls11));
#pragma warning restore SYSLIB0039, CA5397
    }

    [Fact]
    public async Task The_command_line_trusts_the_service_by_SOMA_CA_FILE_only()
    {
        using var other = new TestAuthority();

        Assert.Equal(ExitCode.Stopped, await ListChangesAsync(_authority.CaFile));
        Assert.NotEqual(ExitCode.Stopped, await ListChangesAsync(other.CaFile));
        Assert.NotEqual(ExitCode.Stopped, await ListChangesAsync(null));
    }

    [Fact]
    public async Task A_health_check_on_the_machine_itself_needs_no_authority() => Assert.Equal(
        ExitCode.Stopped,
        await HealthCommand.AskOwnAsync("soma", new Uri(_host.Address, "readyz"), TextWriter.Null, TextWriter.Null, CancellationToken.None));

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _authority.Dispose();
    }

    private Task<ExitCode> ListChangesAsync(string? authority)
    {
        var settings = new SettingsReader(name => name switch
        {
            "SOMA_API_TOKEN" => SomaHost.Token,
            "SOMA_CA_FILE" => authority,
            _ => null,
        });
        return ChangesCommand.RunAsync(
            settings, new(_host.Address, new("default", "none"), After: 0, Follow: false, AsJson: false), TextWriter.Null, TextWriter.Null, CancellationToken.None);
    }

    /// <summary>Connects, and returns the thumbprint of the certificate that the service presents.</summary>
    private async Task<string> PresentedAsync(SslProtocols protocols)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_host.Address.Host, _host.Address.Port);
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = _host.Address.Host,
            EnabledSslProtocols = protocols,
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
        });
        return stream.RemoteCertificate!.GetCertHashString();
    }
}
