using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Soma.Hosting.Tls;

/// <summary>HTTPS on the HTTP port of a process: <c>SOMA_TLS_CERT_FILE</c> and <c>SOMA_TLS_KEY_FILE</c>.</summary>
public static class HttpTls
{
    private const string Prefix = "SOMA_TLS";

    /// <summary>Returns null when neither file is set: the port speaks plain HTTP.</summary>
    /// <exception cref="InvalidSettingException">Only one of both files is set.</exception>
    /// <exception cref="StartupException">The files cannot be used.</exception>
    public static RenewedFiles<TlsCertificate>? Read(SettingsReader settings) => TlsCertificate.Read(settings, Prefix);

    /// <summary>Whether a process with these settings speaks HTTPS. The files are not read.</summary>
    public static bool IsOn(SettingsReader settings) => settings.Text($"{Prefix}_CERT_FILE") is not null;

    /// <summary>Encrypts the connections of a port. Each gets the certificate that is current when it is made.</summary>
    public static void UseTls(this ListenOptions listen, RenewedFiles<TlsCertificate>? certificate)
    {
        if (certificate is null)
        {
            return;
        }

        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate.Current.Context,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            }),
        });
    }
}
