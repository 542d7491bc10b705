using System.Globalization;
using Npgsql;

namespace Soma.Silo.Hosting;

/// <summary>
/// Reads the address of Postgres: <c>SOMA_POSTGRES_URL</c>, else <c>POSTGRES_HOST</c>, <c>_PORT</c>, <c>_USER</c>,
/// <c>_PASSWORD</c>, <c>_DB</c>. <c>SOMA_POSTGRES_URL_FILE</c> and <c>POSTGRES_PASSWORD_FILE</c> name files that hold these two.
/// </summary>
public static class PostgresSettings
{
    public const string Url = "SOMA_POSTGRES_URL";

    private const string DefaultDatabase = "somamemory";
    private const string DefaultUser = "soma";

    /// <summary>Returns the connection string for Npgsql; null if neither a URL nor a host is set.</summary>
    /// <exception cref="InvalidSettingException">A variable holds a value that is not allowed.</exception>
    public static string? Read(SettingsReader settings)
    {
        var url = ReadUrl(settings) ?? settings.Text("POSTGRES_URL");
        if (url is null && settings.Text("POSTGRES_HOST") is null)
        {
            return null;
        }

        var builder = new NpgsqlConnectionStringBuilder(url is null ? FromParts(settings) : StoreStart.ToConnectionString(url, Url));
        // The URL may be written down openly, with the password in a file beside it.
        builder.Password ??= ReadPassword(settings);
        AddTls(builder, settings);
        if (!builder.ShouldSerialize("GSS Encryption Mode"))
        {
            // Npgsql would try Kerberos encryption first. Small images lack the Kerberos library, and Npgsql prints
            // that to standard error.
            builder.GssEncryptionMode = GssEncryptionMode.Disable;
        }

        return builder.ConnectionString;
    }

    /// <summary>Whether a Postgres server is accepted that can lose confirmed commits in a crash.</summary>
    /// <exception cref="InvalidSettingException">The variable is neither true nor false.</exception>
    public static bool AllowsUnsafe(SettingsReader settings) => settings.Flag("SOMA_ALLOW_UNSAFE_POSTGRES", otherwise: false);

    /// <summary>The URL, or the content of the file that <c>SOMA_POSTGRES_URL_FILE</c> names; null: neither is set.</summary>
    /// <exception cref="StartupException">The file cannot be read.</exception>
    public static string? ReadUrl(SettingsReader settings) => SecretSetting.Read(settings, Url)?.Value;

    private static string? ReadPassword(SettingsReader settings) =>
        SecretSetting.Read(settings, "POSTGRES_PASSWORD")?.Value ?? settings.Text("SOMA_POSTGRES_PASSWORD");

    private static string FromParts(SettingsReader settings) => new NpgsqlConnectionStringBuilder
    {
        Host = settings.Text("POSTGRES_HOST"),
        Port = settings.WholeNumber("POSTGRES_PORT", 5432, 1, ushort.MaxValue),
        Username = settings.Text("POSTGRES_USER") ?? DefaultUser,
        Database = settings.Text("POSTGRES_DB") ?? DefaultDatabase,
    }.ConnectionString;

    private static void AddTls(NpgsqlConnectionStringBuilder builder, SettingsReader settings)
    {
        const string Mode = "POSTGRES_SSL_MODE";
        if (settings.Text(Mode) is { } mode)
        {
            // libpq spells this mode verify-ca, Npgsql spells it VerifyCA.
            var name = mode.Replace("-", "", StringComparison.Ordinal);
            builder.SslMode = Enum.TryParse<SslMode>(name, ignoreCase: true, out var parsed) && !int.TryParse(name, CultureInfo.InvariantCulture, out _)
                ? parsed
                : throw new InvalidSettingException(Mode, "must be disable, allow, prefer, require, verify-ca or verify-full.");
        }

        builder.RootCertificate = settings.Text("POSTGRES_SSL_ROOT_CERT") ?? builder.RootCertificate;
        builder.SslCertificate = settings.Text("POSTGRES_SSL_CERT") ?? builder.SslCertificate;
        builder.SslKey = settings.Text("POSTGRES_SSL_KEY") ?? builder.SslKey;
    }
}
