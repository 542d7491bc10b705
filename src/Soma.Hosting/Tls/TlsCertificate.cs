using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Soma.Hosting.Tls;

/// <summary>A certificate with its private key and the chain that is sent with it.</summary>
public sealed class TlsCertificate
{
    private TlsCertificate(X509Certificate2 leaf, X509Certificate2Collection chain)
    {
        Leaf = leaf;
        // Offline: issuers are not downloaded, because the address in a certificate may not be reachable from here.
        Context = SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }

    public X509Certificate2 Leaf { get; }

    public SslStreamCertificateContext Context { get; }

    /// <summary>
    /// Reads <c>{prefix}_CERT_FILE</c> (PEM: the certificate, then the ones that issued it) and <c>{prefix}_KEY_FILE</c> (PEM,
    /// without a password). Null when neither is set.
    /// </summary>
    /// <exception cref="InvalidSettingException">Only one of both is set.</exception>
    /// <exception cref="StartupException">The files cannot be used.</exception>
    public static RenewedFiles<TlsCertificate>? Read(SettingsReader settings, string prefix)
    {
        var (certificateVariable, keyVariable) = ($"{prefix}_CERT_FILE", $"{prefix}_KEY_FILE");
        return (settings.Text(certificateVariable), settings.Text(keyVariable)) switch
        {
            (null, null) => null,
            (null, _) => throw new InvalidSettingException(certificateVariable, $"must be set where {keyVariable} is."),
            (_, null) => throw new InvalidSettingException(keyVariable, $"must be set where {certificateVariable} is."),
            var (certificate, key) => new RenewedFiles<TlsCertificate>(certificateVariable, Parse, certificate, key),
        };
    }

    private static TlsCertificate Parse(IReadOnlyList<string> pem)
    {
        var leaf = X509Certificate2.CreateFromPem(pem[0], pem[1]);
        if (leaf.NotAfter < TimeProvider.System.GetLocalNow().DateTime)
        {
            throw new InvalidDataException($"the certificate expired on {leaf.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC.");
        }

        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(pem[0]);
        chain.RemoveAt(0);
        return new TlsCertificate(leaf, chain);
    }
}
