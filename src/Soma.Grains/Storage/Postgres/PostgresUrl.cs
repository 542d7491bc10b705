using Npgsql;

namespace Soma.Grains.Storage.Postgres;

/// <summary>Turns the URL form of a Postgres address into the key-value form that Npgsql reads. Both forms may name several hosts.</summary>
public static class PostgresUrl
{
    private static readonly Dictionary<string, string> QueryKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["application_name"] = "Application Name",
        ["connect_timeout"] = "Timeout",
        ["host"] = "Host",
        ["port"] = "Port",
        ["user"] = "Username",
        ["password"] = "Password",
        ["dbname"] = "Database",
        ["options"] = "Options",
        ["target_session_attrs"] = "Target Session Attributes",
    };

    /// <summary>
    /// Takes <c>postgresql://user:password@host:port/database?sslmode=…</c>, also <c>postgres://</c> and a driver's name as
    /// in <c>postgresql+psycopg2://</c>. Anything without such a scheme is returned as it is.
    /// </summary>
    /// <exception cref="FormatException">A URL that cannot be read; the message does not repeat it, for its password.</exception>
    public static string ToConnectionString(string address)
    {
        var separator = address.IndexOf("://", StringComparison.Ordinal);
        if (separator < 0 || !IsScheme(address[..separator]))
        {
            return address;
        }

        var (rest, hosts) = TakeHosts(address[separator..]);
        // The driver's name is no part of a scheme that Uri must know; the rest parses alike for all of them.
        if (!Uri.TryCreate("postgresql" + rest, UriKind.Absolute, out var url))
        {
            throw new FormatException("The Postgres URL cannot be read; expected postgresql://user:password@host:port/database.");
        }

        var builder = FromAddress(url);
        builder.Host = hosts ?? builder.Host;
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            AddQueryPair(builder, pair);
        }

        return builder.ConnectionString;
    }

    /// <summary>Several hosts, as in <c>a:5432,b:5432</c>, are no host that Uri can read. So the first stands for all of them there.</summary>
    /// <returns>The rest of the URL with one host, and all hosts as Npgsql reads them; null: the URL names one host.</returns>
    private static (string Url, string? Hosts) TakeHosts(string rest)
    {
        const int Start = 3;
        var end = rest.IndexOfAny(['/', '?', '#'], Start);
        end = end < 0 ? rest.Length : end;
        var start = Math.Max(Start, rest.LastIndexOf('@', end - 1) + 1);
        var hosts = rest[start..end];
        return hosts.Contains(',', StringComparison.Ordinal)
            ? (rest[..start] + hosts.Split(',')[0] + rest[end..], hosts)
            : (rest, null);
    }

    private static bool IsScheme(string scheme) => scheme.Split('+')[0] is "postgresql" or "postgres";

    private static NpgsqlConnectionStringBuilder FromAddress(Uri url)
    {
        var builder = new NpgsqlConnectionStringBuilder { Host = url.Host.Length > 0 ? url.Host.Trim('[', ']') : "localhost" };
        if (url.Port > 0)
        {
            builder.Port = url.Port;
        }

        var user = url.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
        {
            builder.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length > 1)
        {
            builder.Password = Uri.UnescapeDataString(user[1]);
        }

        var database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/'));
        if (database.Length > 0)
        {
            builder.Database = database;
        }

        return builder;
    }

    private static void AddQueryPair(NpgsqlConnectionStringBuilder builder, string pair)
    {
        var parts = pair.Split('=', 2);
        var value = parts.Length > 1 ? Uri.UnescapeDataString(parts[1].Replace('+', ' ')) : "";
        if (!QueryKeys.TryGetValue(parts[0], out var key))
        {
            throw new FormatException($"The Postgres URL has a parameter that is not known here: {parts[0]}.");
        }

        try
        {
            // libpq writes verify-ca, Npgsql VerifyCA.
            builder[key] = key == "SSL Mode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }
        catch (ArgumentException exception)
        {
            throw new FormatException($"The Postgres URL's {parts[0]} cannot be read.", exception);
        }
    }
}
