using System.Net.Http.Headers;
using Soma.Hosting.Tls;

namespace Soma;

/// <summary>How the commands reach a running service.</summary>
internal static class ServiceHttp
{
    private const string AuthorityVariable = "SOMA_CA_FILE";

    /// <summary>A client that sends the token, for paths relative to <paramref name="url"/>.</summary>
    /// <exception cref="StartupException">The file of the token or of the authority cannot be used.</exception>
    public static HttpClient Connect(SettingsReader settings, Uri url)
    {
        var token = ApiToken.Read(settings).Value;
        var http = new HttpClient(MakeHandler(settings)) { BaseAddress = new Uri(url.AbsoluteUri.TrimEnd('/') + "/") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    /// <summary>Trusts the authorities of <c>SOMA_CA_FILE</c>, or where it is unset those of the machine.</summary>
    public static SocketsHttpHandler MakeHandler(SettingsReader settings)
    {
        var handler = new SocketsHttpHandler();
        if (TrustedAuthority.Read(settings, AuthorityVariable) is { } authority)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => authority.TrustsServer(certificate, chain, errors);
        }

        return handler;
    }
}
