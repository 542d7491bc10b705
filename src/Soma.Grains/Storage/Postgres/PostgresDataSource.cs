using Npgsql;

namespace Soma.Grains.Storage.Postgres;

/// <summary>Makes the connection pool of a process. The server bounds the waits of all its connections.</summary>
public static class PostgresDataSource
{
    // A host that hangs is waited for while the others may be there.
    private static readonly TimeSpan OfManyHosts = TimeSpan.FromSeconds(2);

    /// <param name="address">A connection string or a URL; what it sets itself goes before the options. Of several hosts the one is used that takes writes.</param>
    /// <param name="options">Limits.</param>
    public static NpgsqlDataSource Create(string address, PostgresStoreOptions options)
    {
        var settings = ToSettings(address, options);
        return HasManyHosts(settings)
            ? BuilderOf(settings, admit: null).BuildMultiHost().WithTargetSession(TargetSessionAttributes.ReadWrite)
            : BuilderOf(settings, admit: null).Build();
    }

    /// <param name="address">A connection string or a URL; what it sets itself goes before the options.</param>
    /// <param name="options">Limits.</param>
    /// <param name="admit">Called with every new connection before anyone gets it.</param>
    /// <returns>A pool for each host of the address.</returns>
    internal static IReadOnlyList<NpgsqlDataSource> CreateEach(string address, PostgresStoreOptions options, Func<NpgsqlConnection, Task> admit)
    {
        var settings = ToSettings(address, options);
        return [.. (settings.Host ?? "").Split(',', StringSplitOptions.TrimEntries).Select(host => BuilderOf(AtHost(settings, host), admit).Build())];
    }

    private static NpgsqlConnectionStringBuilder AtHost(NpgsqlConnectionStringBuilder settings, string host)
    {
        // An address of version 6 has colons of its own, and then brackets if a port follows.
        var colon = host.LastIndexOf(':');
        var hasPort = colon > 0 && (host[colon - 1] == ']' || host.IndexOf(':', StringComparison.Ordinal) == colon);
        return new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            Host = (hasPort ? host[..colon] : host).Trim('[', ']'),
            Port = hasPort ? int.Parse(host[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture) : settings.Port,
        };
    }

    private static NpgsqlConnectionStringBuilder ToSettings(string address, PostgresStoreOptions options)
    {
        var settings = new NpgsqlConnectionStringBuilder(PostgresUrl.ToConnectionString(address));
        settings.ApplicationName ??= "soma";
        settings.MaxPoolSize = options.MaxPoolSize;
        var hasManyHosts = HasManyHosts(settings);
        settings.Timeout = Seconds(hasManyHosts && options.ConnectTimeout > OfManyHosts ? OfManyHosts : options.ConnectTimeout);
        settings.CommandTimeout = Seconds(options.CommandTimeout);
        settings.KeepAlive = 15;
        settings.MaxAutoPrepare = 50;
        settings.AutoPrepareMinUsages = 2;
        // The grain storage provider names its tables without a schema.
        settings.SearchPath = "soma";
        settings.Options = ServerLimits(options) + (settings.Options is { Length: > 0 } own ? " " + own : "");
        // Without this, returning a connection to the pool would reset the settings with which its session was opened.
        settings.NoResetOnClose = true;
        // Npgsql takes the wish for a primary beside the pool, not in its settings.
        settings.TargetSessionAttributes = null;
        return settings;
    }

    private static NpgsqlDataSourceBuilder BuilderOf(NpgsqlConnectionStringBuilder settings, Func<NpgsqlConnection, Task>? admit)
    {
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        builder.UsePhysicalConnectionInitializer(OpenSession, connection => OpenSessionAsync(connection, admit));
        return builder;
    }

    internal static bool HasManyHosts(NpgsqlConnectionStringBuilder settings) => settings.Host?.Contains(',', StringComparison.Ordinal) == true;

    // Nothing in Soma opens a connection synchronously.
    private static void OpenSession(NpgsqlConnection connection) => throw new NotSupportedException("Connections are opened asynchronously.");

    private static async Task OpenSessionAsync(NpgsqlConnection connection, Func<NpgsqlConnection, Task>? admit)
    {
        await using var command = new NpgsqlCommand(PostgresSql.Named["open_session"], connection);
        await command.ExecuteNonQueryAsync();
        await (admit?.Invoke(connection) ?? Task.CompletedTask);
    }

    // Set as start-up options, because settings made by SET would be lost when a connection returns to the pool.
    private static string ServerLimits(PostgresStoreOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"-c statement_timeout={Milliseconds(options.StatementTimeout)} -c lock_timeout={Milliseconds(options.LockTimeout)} -c idle_in_transaction_session_timeout={Milliseconds(options.IdleInTransactionTimeout)} -c tcp_user_timeout={Milliseconds(options.TcpUserTimeout)}");

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)Math.Ceiling(time.TotalSeconds));

    private static long Milliseconds(TimeSpan time) => Math.Max(1, (long)time.TotalMilliseconds);
}
