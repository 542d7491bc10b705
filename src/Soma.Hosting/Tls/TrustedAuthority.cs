using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;

namespace Soma.Hosting.Tls;

/// <summary>The certificate authorities of a file, which are trusted in place of those of the machine.</summary>
public static class TrustedAuthority
{
    /// <summary>Reads the PEM file that <paramref name="variable"/> names. It may hold several authorities. Null when it is not set.</summary>
    /// <exception cref="StartupException">The file cannot be used.</exception>
    public static RenewedFiles<X509Certificate2Collection>? Read(SettingsReader settings, string variable) =>
        settings.Text(variable) is { } path ? new RenewedFiles<X509Certificate2Collection>(variable, Parse, path) : null;

    /// <summary>Whether a server's certificate was issued by one of the authorities, for the name by which the server was reached.</summary>
    public static bool TrustsServer(
        this RenewedFiles<X509Certificate2Collection> authority, X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors) =>
        (errors & (SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable)) == 0
        && authority.Reread().HasIssued(certificate, presented);

    /// <summary>Whether a certificate was issued by one of the authorities, whatever name it is for.</summary>
    /// <param name="authority">The authorities.</param>
    /// <param name="certificate">The certificate that the other side presented.</param>
    /// <param name="presented">Holds what the other side sent with its certificate, and as what (server or client) it must be usable.</param>
    public static bool HasIssued(this RenewedFiles<X509Certificate2Collection> authority, X509Certificate? certificate, X509Chain? presented)
    {
        if (certificate is null || presented is null)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authority.Current);
        // Certificates of a private authority are short-lived and have no list of revoked ones that could be asked.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
        foreach (var usage in presented.ChainPolicy.ApplicationPolicy)
        {
            chain.ChainPolicy.ApplicationPolicy.Add(usage);
        }

        return chain.Build(certificate as X509Certificate2 ?? X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()));
    }

    // Connections to other servers are made rarely, so the file is read for each of them, and a replaced one needs no restart.
    private static RenewedFiles<X509Certificate2Collection> Reread(this RenewedFiles<X509Certificate2Collection> authority)
    {
        authority.Renew(NullLogger.Instance);
        return authority;
    }

    private static X509Certificate2Collection Parse(IReadOnlyList<string> pem)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(pem[0]);
        return authorities.Count > 0 ? authorities : throw new InvalidDataException("it holds no certificate in PEM form.");
    }
}
