using System.Net.Security;
using Soma.Grains.Vectors.Qdrant;
using Soma.Hosting.Tls;

namespace Soma.Silo.Hosting;

/// <summary>
/// Reads the address of Qdrant: <c>SOMA_QDRANT_URL</c> or <c>QDRANT_URL</c>, else <c>QDRANT_HOST</c>, <c>_PORT</c> and
/// <c>_TLS</c>. Each name may also begin with <c>SOMA_</c>; that form wins. The API key is read from
/// <c>SOMA_QDRANT_API_KEY_FILE</c> or <c>SOMA_QDRANT_API_KEY</c>. With <c>SOMA_QDRANT_CA_FILE</c>, only a server is trusted whose
/// certificate these authorities issued.
/// </summary>
public static class QdrantSettings
{
    public const string Url = "SOMA_QDRANT_URL";

    private const string AuthorityVariable = "SOMA_QDRANT_CA_FILE";
    private const string Prefix = "SOMA_QDRANT_PREFIX";
    private const int DefaultPort = 6333;
    private const int LongestPrefix = 64;

    /// <summary>Returns null when neither a URL nor a host is set.</summary>
    /// <exception cref="InvalidSettingException">A variable holds a value that is not allowed.</exception>
    /// <exception cref="StartupException">The file with the API key cannot be read.</exception>
    public static QdrantOptions? Read(SettingsReader settings)
    {
        if (ReadUrl(settings) is not { } url)
        {
            return null;
        }

        var defaults = new QdrantOptions { Url = url };
        return defaults with
        {
            ApiKey = SecretSetting.Read(settings, "SOMA_QDRANT_API_KEY")?.Value ?? settings.Text("QDRANT_API_KEY"),
            CertificateCheck = ReadCheck(settings, url),
            CollectionPrefix = ReadPrefix(settings),
            AttemptTimeout = TimeSpan.FromSeconds(
                settings.Number("SOMA_QDRANT_TIMEOUT_SECONDS", defaults.AttemptTimeout.TotalSeconds, 0.1, 60)),
        };
    }

    private static RemoteCertificateValidationCallback? ReadCheck(SettingsReader settings, Uri url) =>
        TrustedAuthority.Read(settings, AuthorityVariable) is not { } authority ? null
        : url.Scheme != Uri.UriSchemeHttps ? throw new InvalidSettingException(AuthorityVariable, $"is set, but {Url} does not begin with https://.")
        : (_, certificate, chain, errors) => authority.TrustsServer(certificate, chain, errors);

    private static Uri? ReadUrl(SettingsReader settings)
    {
        if ((settings.Text(Url) ?? settings.Text("QDRANT_URL")) is { } text)
        {
            return Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", UserInfo: "", Query: "" }
                ? url
                : throw new InvalidSettingException(Url, "cannot be read; expected http://host:6333, or https:// for TLS.");
        }

        return Either(settings, "QDRANT_HOST") is { } host
            ? new UriBuilder(IsTls(settings) ? "https" : "http", host, ReadPort(settings)).Uri
            : null;
    }

    private static int ReadPort(SettingsReader settings) =>
        settings.WholeNumber("SOMA_QDRANT_PORT", settings.WholeNumber("QDRANT_PORT", DefaultPort, 1, ushort.MaxValue), 1, ushort.MaxValue);

    private static bool IsTls(SettingsReader settings) => Either(settings, "QDRANT_TLS")?.ToUpperInvariant() switch
    {
        null or "FALSE" or "0" or "NO" or "OFF" => false,
        "TRUE" or "1" or "YES" or "ON" => true,
        _ => throw new InvalidSettingException("QDRANT_TLS", "must be true or false."),
    };

    // Two Soma services may share one Qdrant. Collection names begin with the service's id so that they cannot collide.
    private static string ReadPrefix(SettingsReader settings)
    {
        var prefix = settings.Text(Prefix) ?? ClusterNames.ServiceId(settings);
        return prefix.Length <= LongestPrefix && prefix.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.')
            ? prefix
            : throw new InvalidSettingException(
                Prefix, $"(SOMA_SERVICE_ID where it is unset) must be at most {LongestPrefix} letters, digits, '-', '_' or '.'.");
    }

    private static string? Either(SettingsReader settings, string variable) => settings.Text($"SOMA_{variable}") ?? settings.Text(variable);
}
