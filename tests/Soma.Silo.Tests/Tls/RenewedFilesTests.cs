using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Soma.Hosting;
using Soma.Hosting.Tls;
using Soma.Testing.Tls;

namespace Soma.Silo.Tests.Tls;

public sealed class RenewedFilesTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    [Fact]
    public void A_renewed_certificate_is_taken_without_a_restart()
    {
        var files = _authority.Issue("service");
        var certificate = Read(files.CertFile, files.KeyFile)!;
        var renewed = _authority.Issue("renewed");

        files.ReplaceBy(renewed);
        certificate.Renew(NullLogger.Instance);

        Assert.Equal(renewed.Thumbprint, certificate.Current.Leaf.Thumbprint);
    }

    [Fact]
    public void A_renewal_by_a_swapped_symbolic_link_is_seen()
    {
        var (first, second) = (_authority.Issue("first"), _authority.Issue("second"));
        var (cert, key) = (Path.Combine(_authority.Folder, "tls.crt"), Path.Combine(_authority.Folder, "tls.key"));
        File.CreateSymbolicLink(cert, first.CertFile);
        File.CreateSymbolicLink(key, first.KeyFile);
        var certificate = Read(cert, key)!;

        File.Delete(cert);
        File.Delete(key);
        File.CreateSymbolicLink(cert, second.CertFile);
        File.CreateSymbolicLink(key, second.KeyFile);
        certificate.Renew(NullLogger.Instance);

        Assert.Equal(second.Thumbprint, certificate.Current.Leaf.Thumbprint);
    }

    [Fact]
    public void A_certificate_that_does_not_fit_its_key_keeps_the_one_before_and_is_reported_once()
    {
        var files = _authority.Issue("service");
        var certificate = Read(files.CertFile, files.KeyFile)!;
        var log = new Lines();

        // As a renewal looks that has replaced one of its two files.
        File.Copy(_authority.Issue("other").CertFile, files.CertFile, overwrite: true);
        certificate.Renew(log);
        certificate.Renew(log);

        Assert.Equal(files.Thumbprint, certificate.Current.Leaf.Thumbprint);
        Assert.Contains("cannot be used", Assert.Single(log.Written), StringComparison.Ordinal);
    }

    [Fact]
    public void An_expired_renewal_keeps_the_one_before()
    {
        var files = _authority.Issue("service");
        var certificate = Read(files.CertFile, files.KeyFile)!;

        files.ReplaceBy(_authority.Issue("old", "127.0.0.1", days: -1));
        certificate.Renew(NullLogger.Instance);

        Assert.Equal(files.Thumbprint, certificate.Current.Leaf.Thumbprint);
    }

    [Fact]
    public void A_process_does_not_start_with_files_that_cannot_be_used()
    {
        var files = _authority.Issue("service");

        var failure = Assert.Throws<StartupException>(() => Read(files.CertFile, _authority.CaFile));

        Assert.Equal(ExitCode.BadSetting, failure.Code);
        Assert.Contains("SOMA_TLS_CERT_FILE", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_without_its_key_is_refused() =>
        Assert.Equal("SOMA_TLS_KEY_FILE", Assert.Throws<InvalidSettingException>(() => Read("/tls.crt", null)).Variable);

    [Fact]
    public void A_cluster_needs_certificate_key_and_authority()
    {
        var files = _authority.Issue("silo");

        var failure = Assert.Throws<InvalidSettingException>(() => ClusterTls.Read(
            Settings(("SOMA_CLUSTER_TLS_CERT_FILE", files.CertFile), ("SOMA_CLUSTER_TLS_KEY_FILE", files.KeyFile))));

        Assert.Equal("SOMA_CLUSTER_TLS_CA_FILE", failure.Variable);
    }

    public void Dispose() => _authority.Dispose();

    private static RenewedFiles<TlsCertificate>? Read(string? certificate, string? key) =>
        HttpTls.Read(Settings(("SOMA_TLS_CERT_FILE", certificate), ("SOMA_TLS_KEY_FILE", key)));

    private static SettingsReader Settings(params (string Name, string? Value)[] variables) =>
        new(name => variables.FirstOrDefault(variable => variable.Name == name).Value);

    private sealed class Lines : ILogger
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add(formatter(state, exception));
    }
}
