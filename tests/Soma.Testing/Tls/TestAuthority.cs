using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Soma.Testing.Tls;

/// <summary>A certificate authority of the test's own. Its files lie in a folder that is deleted when it is disposed.</summary>
public sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset Begin = DateTimeOffset.UtcNow.AddDays(-2);
    private static int _serials;

    private readonly X509Certificate2 _root = MakeRoot();

    public TestAuthority()
    {
        CaFile = Path.Combine(Folder, "ca.crt");
        File.WriteAllText(CaFile, Pem);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("soma-tls-").FullName;

    /// <summary>The authority's own certificate.</summary>
    public string CaFile { get; }

    public string Pem => _root.ExportCertificatePem();

    /// <summary>A certificate that a server and a client may present, for 127.0.0.1 and localhost.</summary>
    public TestCertificate Issue(string name) => Issue(name, "127.0.0.1");

    /// <param name="name">The beginning of the files' names.</param>
    /// <param name="host">The name or address that it is for; localhost is always added.</param>
    /// <param name="days">How long it is valid from now on; it may be over already.</param>
    /// <param name="usages">What it may be presented as; empty: anything.</param>
    public TestCertificate Issue(string name, string host, double days = 30, params string[] usages)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        if (IPAddress.TryParse(host, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(host);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        if (usages.Length > 0)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. usages.Select(usage => new Oid(usage))], true));
        }

        using var leaf = request.Create(_root, Begin, DateTimeOffset.UtcNow.AddDays(days), BitConverter.GetBytes(Interlocked.Increment(ref _serials)));
        var made = new TestCertificate(Path.Combine(Folder, $"{name}.crt"), Path.Combine(Folder, $"{name}.key"), leaf.Thumbprint);
        File.WriteAllText(made.CertFile, leaf.ExportCertificatePem());
        File.WriteAllText(made.KeyFile, key.ExportPkcs8PrivateKeyPem());
        return made;
    }

    public void Dispose()
    {
        _root.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static X509Certificate2 MakeRoot()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Test authority {Interlocked.Increment(ref _serials)}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        return request.CreateSelfSigned(Begin, DateTimeOffset.UtcNow.AddDays(60));
    }
}

/// <summary>A certificate and its key as PEM files.</summary>
public sealed record TestCertificate(string CertFile, string KeyFile, string Thumbprint)
{
    public const string ServerUsage = "1.3.6.1.5.5.7.3.1";

    public const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    /// <summary>Replaces the files of this certificate by those of another one, as a renewal does.</summary>
    public void ReplaceBy(TestCertificate other)
    {
        File.Copy(other.CertFile, CertFile, overwrite: true);
        File.Copy(other.KeyFile, KeyFile, overwrite: true);
    }
}
