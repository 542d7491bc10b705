using Npgsql;

namespace Soma.Grains.Storage.Postgres;

/// <summary>Makes the connection pool of a process. The server bounds the waits of all its connections.</summary>
/// <remarks>
/// If the address names several hosts, a connection is opened to the one that takes writes, and never to a standby or to a server that was
/// made read-only: every read of Soma is part of a promise too. What is known of a host does not expire, because asking a host that hangs
/// again and again would stop whoever asks. <see cref="Failover.PostgresServers"/> forgets it when the server in use fails.
/// </remarks>
public static class PostgresDataSource
{
    private const int NeverInSeconds = 3600;

    // A host that hangs is waited for once, while the others may be there.
    private static readonly TimeSpan OfManyHosts = TimeSpan.FromSeconds(2);

    /// <param name="address">A connection string or a URL; what it sets itself goes before the options.</param>
    /// <param name="options">Limits.</param>
    public static NpgsqlDataSource Create(string address, PostgresStoreOptions options) => Create(address, options, admit: null).Connections;

    /// <param name="address">A connection string or a URL; what it sets itself goes before the options.</param>
    /// <param name="options">Limits.</param>
    /// <param name="admit">Called with every new connection before anyone gets it.</param>
    /// <returns>The source of connections, and what chooses the host; null: there is one host.</returns>
    internal static (NpgsqlDataSource Connections, NpgsqlMultiHostDataSource? Hosts) Create(
        string address, PostgresStoreOptions options, Func<NpgsqlConnection, Task>? admit)
    {
        var settings = new NpgsqlConnectionStringBuilder(PostgresUrl.ToConnectionString(address));
        settings.ApplicationName ??= "soma";
        settings.MaxPoolSize = options.MaxPoolSize;
        var hasManyHosts = HasManyHosts(settings);
        settings.Timeout = Seconds(hasManyHosts && options.ConnectTimeout > OfManyHosts ? OfManyHosts : options.ConnectTimeout);
        settings.HostRecheckSeconds = NeverInSeconds;
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
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        builder.UsePhysicalConnectionInitializer(OpenSession, connection => OpenSessionAsync(connection, admit));
        if (!hasManyHosts)
        {
            return (builder.Build(), null);
        }

        var hosts = builder.BuildMultiHost();
        return (hosts.WithTargetSession(TargetSessionAttributes.ReadWrite), hosts);
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
