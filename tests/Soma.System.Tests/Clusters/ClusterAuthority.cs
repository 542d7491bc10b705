using System.Security.Cryptography.X509Certificates;
using Soma.Testing.Tls;

namespace Soma.System.Tests.Clusters;

/// <summary>The authority of all clusters of this test process, and the clients that trust it and no other one.</summary>
internal static class ClusterAuthority
{
    private static readonly Lazy<TestAuthority> _shared = new(Make);

    public static TestAuthority Shared => _shared.Value;

    /// <summary>A client for a service with or without TLS. A certificate of another authority is refused.</summary>
    public static HttpClient NewClient(Uri address)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(Shared.CaFile) },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        return new HttpClient(handler) { BaseAddress = address };
    }

    private static TestAuthority Make()
    {
        var authority = new TestAuthority();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => authority.Dispose();
        return authority;
    }
}
