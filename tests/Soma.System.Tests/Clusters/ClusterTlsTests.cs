using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Soma.System.Tests.Processes;
using Soma.Testing;
using Soma.Testing.Tls;

namespace Soma.System.Tests.Clusters;

/// <summary>Only who has a certificate of the cluster's authority can join or call, over Redis and Postgres with TLS too.</summary>
[Collection(ProcessTests.Name)]
public sealed class ClusterTlsTests : IAsyncLifetime
{
    private readonly TestAuthority _other = new();
    private ClusterUnderTest _cluster = null!;

    public async Task InitializeAsync() =>
        _cluster = await ClusterUnderTest.StartAsync(new ClusterShape { Silos = 2, Gateways = 1, HasTls = true });

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _other.Dispose();
    }

    [Fact]
    public async Task Only_a_certificate_of_the_clusters_authority_opens_a_silo_and_a_renewed_one_needs_no_restart()
    {
        var foreign = _other.Issue("foreign");
        await StoreAsync("before");

        foreach (var port in _cluster.Silos.SelectMany(silo => silo.ClusterPorts))
        {
            Assert.False(await IsLetInAsync(port, foreign));
            Assert.False(await IsLetInAsync(port, null));
            Assert.False(await IsLetInAsync(port, ClusterAuthority.Shared.Issue("server-only", "127.0.0.1", 30, TestCertificate.ServerUsage)));
            Assert.False(await IsLetInAsync(port, ClusterAuthority.Shared.Issue("expired", "127.0.0.1", -1)));
        }

        await StrangersStayOutAsync(foreign);
        var renewed = ClusterAuthority.Shared.Issue("renewed");
        var starts = _cluster.Members.Sum(member => member.Starts);
        _cluster.Certificate!.ReplaceBy(renewed);
        foreach (var port in _cluster.Silos.SelectMany(silo => silo.ClusterPorts))
        {
            await Eventually.TrueAsync(async () => await PresentedAsync(port) == renewed.Thumbprint);
        }

        await StoreAsync("after");
        Assert.Equal(starts, _cluster.Members.Sum(member => member.Starts));
    }

    private async Task StrangersStayOutAsync(TestCertificate foreign)
    {
        (string, string?)[] none = [("SOMA_CLUSTER_TLS_CERT_FILE", null), ("SOMA_CLUSTER_TLS_KEY_FILE", null), ("SOMA_CLUSTER_TLS_CA_FILE", null)];
        (string, string?)[] other = [("SOMA_CLUSTER_TLS_CERT_FILE", foreign.CertFile), ("SOMA_CLUSTER_TLS_KEY_FILE", foreign.KeyFile)];
        SupervisedProcess[] strangers = [_cluster.MakeGateway(none), _cluster.MakeGateway(other), _cluster.MakeSilo(none), _cluster.MakeSilo(other)];
        try
        {
            strangers.ToList().ForEach(stranger => stranger.Start());
            foreach (var stranger in strangers)
            {
                var refused = stranger.ClusterPorts.Count == 0 ? "No silo is reached yet (attempt 2" : "Failed to get ping responses from";
                await Eventually.TrueAsync(() => stranger.Errors.CountLines(refused) > 0, TimeSpan.FromMinutes(2));
                Assert.False(await stranger.IsReadyAsync());
            }
        }
        catch (TimeoutException)
        {
            throw new TimeoutException(string.Join('\n', strangers.Select(stranger => stranger.Describe())));
        }
        finally
        {
            foreach (var stranger in strangers)
            {
                await stranger.DisposeAsync();
            }
        }
    }

    private async Task StoreAsync(string id)
    {
        using var client = ClusterAuthority.NewClient(_cluster.Gateways[0].Address);
        client.DefaultRequestHeaders.Authorization = new("Bearer", ClusterUnderTest.Token);
        using var answer = await client.PostAsync("memories", new StringContent($"{{\"id\":\"{id}\",\"payload\":{{}}}}", Encoding.UTF8, "application/json"));
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode} {_cluster.Describe()}");
    }

    /// <summary>Connects to a port of a silo. It ends the connection of a stranger, and waits for what another one says.</summary>
    private static async Task<bool> IsLetInAsync(int port, TestCertificate? certificate)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await using var stream = await ConnectAsync(port, certificate);
            return await stream.ReadAsync(new byte[1], deadline.Token) > 0;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException)
        {
            return false;
        }
    }

    private async Task<string> PresentedAsync(int port)
    {
        await using var stream = await ConnectAsync(port, _cluster.Certificate);
        return stream.RemoteCertificate!.GetCertHashString();
    }

    private static async Task<SslStream> ConnectAsync(int port, TestCertificate? certificate)
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "soma",
            ClientCertificates = certificate is null ? [] : [X509Certificate2.CreateFromPemFile(certificate.CertFile, certificate.KeyFile)],
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
        });
        return stream;
    }
}
