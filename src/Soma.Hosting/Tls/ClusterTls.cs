using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace Soma.Hosting.Tls;

/// <summary>
/// Mutual TLS between silos, and between gateways and silos: each side presents a certificate that the cluster's authority issued.
/// </summary>
/// <remarks>
/// The name in a certificate is not checked, because silos are reached by addresses that nobody knows when the certificate is made.
/// So every certificate of this authority is let in, and the authority must issue for this cluster alone.
/// </remarks>
public sealed record ClusterTls(RenewedFiles<TlsCertificate> Certificate, RenewedFiles<X509Certificate2Collection> Authority)
{
    private const string Prefix = "SOMA_CLUSTER_TLS";
    private const string AuthorityVariable = $"{Prefix}_CA_FILE";

    public IEnumerable<IRenewedFiles> Files => [Certificate, Authority];

    /// <summary>
    /// Reads <c>SOMA_CLUSTER_TLS_CERT_FILE</c>, <c>_KEY_FILE</c> and <c>_CA_FILE</c>. Null when none is set: the connections are not
    /// encrypted.
    /// </summary>
    /// <exception cref="InvalidSettingException">Some of the three are set, but not all.</exception>
    /// <exception cref="StartupException">A file cannot be used.</exception>
    public static ClusterTls? Read(SettingsReader settings) =>
        (TlsCertificate.Read(settings, Prefix), TrustedAuthority.Read(settings, AuthorityVariable)) switch
        {
            (null, null) => null,
            (null, _) => throw new InvalidSettingException($"{Prefix}_CERT_FILE", $"must be set where {AuthorityVariable} is."),
            (_, null) => throw new InvalidSettingException(AuthorityVariable, $"must be set where {Prefix}_CERT_FILE is."),
            var (certificate, authority) => new ClusterTls(certificate, authority),
        };

    /// <summary>Configures Orleans' connections. Certificate and authority are taken anew for each connection, so renewed ones need no restart.</summary>
    public void Configure(TlsOptions tls)
    {
        // Orleans wants a certificate here, but each connection gets the current one below.
        tls.LocalCertificate = Certificate.Current.Leaf;
        tls.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.RemoteCertificateValidation = (certificate, presented, _) => Authority.HasIssued(certificate, presented);
        tls.OnAuthenticateAsServer = (_, server) =>
        {
            var options = (SslServerAuthenticationOptions)server.SslServerAuthenticationOptions;
            options.ServerCertificate = null;
            options.ServerCertificateContext = Certificate.Current.Context;
            // A resumed session would be let in by the check of an earlier connection, against an authority that may be replaced since.
            options.AllowTlsResume = false;
        };
        tls.OnAuthenticateAsClient = (_, client) =>
        {
            var options = (SslClientAuthenticationOptions)client.SslClientAuthenticationOptions;
            options.ClientCertificates = null;
            options.ClientCertificateContext = Certificate.Current.Context;
            options.TargetHost = "soma";
            options.AllowTlsResume = false;
        };
    }
}
