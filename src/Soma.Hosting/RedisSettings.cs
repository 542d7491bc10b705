using System.Globalization;
using Soma.Hosting.Tls;
using StackExchange.Redis;

namespace Soma.Hosting;

/// <summary>
/// Reads the address of Redis from <c>REDIS_URL</c>. <c>REDIS_HOST</c>, <c>REDIS_PORT</c>, <c>REDIS_DB</c> and
/// <c>REDIS_PASSWORD</c> override its parts. <c>REDIS_URL_FILE</c> and <c>REDIS_PASSWORD_FILE</c> name files that hold these two.
/// With <c>REDIS_CA_FILE</c>, only servers are trusted whose certificate these authorities issued.
/// </summary>
public static class RedisSettings
{
    private const string Url = "REDIS_URL";
    private const string AuthorityVariable = "REDIS_CA_FILE";
    private const int DefaultPort = 6379;

    /// <exception cref="InvalidSettingException">A variable holds a value that is not allowed.</exception>
    /// <exception cref="StartupException">A file that a variable names cannot be used.</exception>
    public static ConfigurationOptions Read(SettingsReader settings)
    {
        var address = SecretSetting.Read(settings, Url)?.Value is { } url ? ParseUrl(url) : new RedisAddress("127.0.0.1", DefaultPort, 0, null, null, false);
        var options = new ConfigurationOptions
        {
            Ssl = address.IsTls,
            User = address.User,
            Password = SecretSetting.Read(settings, "REDIS_PASSWORD")?.Value ?? address.Password,
            DefaultDatabase = settings.WholeNumber("REDIS_DB", address.Database, 0, 1_000_000),
            // Redis may start later than this process. Each user of the connection waits for Redis with its own
            // timeout, so the first failed attempt must not throw.
            AbortOnConnectFail = false,
            ConnectRetry = 5,
            ConnectTimeout = 2_000,
            AsyncTimeout = 2_000,
            SyncTimeout = 2_000,
            ClientName = "soma",
        };
        options.EndPoints.Add(
            settings.Text("REDIS_HOST") ?? address.Host, settings.WholeNumber("REDIS_PORT", address.Port, 1, ushort.MaxValue));
        if (TrustedAuthority.Read(settings, AuthorityVariable) is { } authority)
        {
            // Whoever names an authority wants an encrypted connection. Without this, redis:// would stay unencrypted unnoticed.
            options.Ssl = true;
            options.CertificateValidation += (_, certificate, chain, errors) => authority.TrustsServer(certificate, chain, errors);
        }

        return options;
    }

    /// <summary>Reads <c>redis://user:password@host:port/database</c>; <c>rediss</c> is TLS.</summary>
    private static RedisAddress ParseUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("redis" or "rediss") || url.Host.Length == 0)
        {
            throw Unreadable();
        }

        var path = url.AbsolutePath.Trim('/');
        var database = 0;
        if (path.Length > 0 && !int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out database))
        {
            throw Unreadable();
        }

        var user = url.UserInfo.Split(':', 2);
        return new RedisAddress(
            url.Host.Trim('[', ']'),
            url.Port > 0 ? url.Port : DefaultPort,
            database,
            user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            user.Length > 1 && user[1].Length > 0 ? Uri.UnescapeDataString(user[1]) : null,
            url.Scheme == "rediss");
    }

    private static InvalidSettingException Unreadable() =>
        new(Url, "cannot be read; expected redis://user:password@host:port/database, or rediss:// for TLS.");

    private sealed record RedisAddress(string Host, int Port, int Database, string? User, string? Password, bool IsTls);
}
