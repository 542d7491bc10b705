using Npgsql;

namespace Soma.Grains.Storage.Postgres;

/// <summary>Makes the connection pool of a process. The server bounds the waits of all its connections.</summary>
public static class PostgresDataSource
{
    /// <param name="address">A connection string or a URL; what it sets itself goes before the options.</param>
    /// <param name="options">Limits.</param>
    public static NpgsqlDataSource Create(string address, PostgresStoreOptions options)
    {
        var settings = new NpgsqlConnectionStringBuilder(PostgresUrl.ToConnectionString(address));
        settings.ApplicationName ??= "soma";
        settings.MaxPoolSize = options.MaxPoolSize;
        settings.Timeout = Seconds(options.ConnectTimeout);
        settings.CommandTimeout = Seconds(options.CommandTimeout);
        settings.KeepAlive = 15;
        settings.MaxAutoPrepare = 50;
        settings.AutoPrepareMinUsages = 2;
        // The grain storage provider names its tables without a schema.
        settings.SearchPath = "soma";
        settings.Options = ServerLimits(options) + (settings.Options is { Length: > 0 } own ? " " + own : "");
        // Without this, returning a connection to the pool would reset the settings with which its session was opened.
        settings.NoResetOnClose = true;
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        return builder.UsePhysicalConnectionInitializer(OpenSession, OpenSessionAsync).Build();
    }

    private static void OpenSession(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(PostgresSql.Named["open_session"], connection);
        command.ExecuteNonQuery();
    }

    private static async Task OpenSessionAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(PostgresSql.Named["open_session"], connection);
        await command.ExecuteNonQueryAsync();
    }

    // Set as start-up options, because settings made by SET would be lost when a connection returns to the pool.
    private static string ServerLimits(PostgresStoreOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"-c statement_timeout={Milliseconds(options.StatementTimeout)} -c lock_timeout={Milliseconds(options.LockTimeout)} -c idle_in_transaction_session_timeout={Milliseconds(options.IdleInTransactionTimeout)} -c tcp_user_timeout={Milliseconds(options.TcpUserTimeout)}");

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)Math.Ceiling(time.TotalSeconds));

    private static long Milliseconds(TimeSpan time) => Math.Max(1, (long)time.TotalMilliseconds);
}
