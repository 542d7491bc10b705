using System.Diagnostics;
using Npgsql;
using Soma.Testing.Tls;

namespace Soma.Testing.Postgres;

/// <summary>A Postgres server of the test's own on 127.0.0.1. Its data folder is deleted when it is disposed.</summary>
public sealed class PostgresServer : IDisposable
{
    private readonly string _binaries = PostgresBinaries.Find();
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "soma-pg-" + Path.GetRandomFileName());
    private readonly string _settings;
    private int _databases;
    private bool _running;

    /// <summary>Creates a database cluster and starts the server.</summary>
    /// <param name="settings">More of the server's settings, as <c>-c name=value</c>.</param>
    /// <param name="certificate">The server's certificate; null: it speaks without TLS.</param>
    /// <exception cref="InvalidOperationException">Postgres is missing or does not start; the message holds its
    /// output.</exception>
    public PostgresServer(string settings = "", TestCertificate? certificate = null)
        : this(settings, FreePorts.Next(), certificate)
    {
        RunAsOwner("initdb", "-D", DataFolder, "-A", "trust", "-U", "soma", "-E", "UTF8", "--no-locale", "--no-sync");
        Start();
    }

    private PostgresServer(string settings, int port, TestCertificate? certificate = null)
    {
        Port = port;
        Directory.CreateDirectory(_folder);
        _settings = certificate is null ? settings : $"{settings} {TakeCertificate(certificate)}";
        if (Environment.IsPrivilegedProcess)
        {
            Run("chown", "-R", "postgres", _folder);
        }
    }

    public int Port { get; }

    /// <summary>Copies a running server and starts the copy as its standby, which streams the primary's log from then on.</summary>
    /// <param name="primary">The server that is copied.</param>
    /// <param name="port">The port of the standby; null: a free one.</param>
    public static PostgresServer StandbyOf(PostgresServer primary, int? port = null)
    {
        var standby = new PostgresServer(primary._settings, port ?? FreePorts.Next());
        standby.RunAsOwner(
            "pg_basebackup", "-D", standby.DataFolder, "-R", "-X", "stream", "-c", "fast", "--no-sync",
            "-d", $"host=127.0.0.1 port={primary.Port} user=soma application_name=standby");
        // The last value of a setting counts. The copy has no standby of its own, so a commit would wait for ever once it is promoted.
        Run("sh", "-c", $"echo \"synchronous_standby_names = ''\" >> {standby.DataFolder}/postgresql.auto.conf");
        standby.Start();
        return standby;
    }

    /// <summary>Makes a standby the primary, and returns once it takes writes.</summary>
    public void Promote() => RunAsOwner("pg_ctl", "promote", "-w", "-D", DataFolder);

    /// <summary>Changes a setting of the running server.</summary>
    public async Task SetAsync(string setting, string value)
    {
        await ExecuteAsync($"ALTER SYSTEM SET {setting} = '{value}'");
        await ExecuteAsync("SELECT pg_reload_conf()");
    }

    /// <summary>Whether so many standbys have all of the server's log, synchronously or not.</summary>
    public async Task<bool> IsFollowedAsync(bool isSynchronous) => (bool)(await ExecuteAsync(
        $"SELECT EXISTS (SELECT 1 FROM pg_stat_replication WHERE state = 'streaming' AND {(isSynchronous ? "sync_state IN ('sync', 'quorum')" : "true")})"))!;

    /// <summary>Runs a statement in the database that always exists.</summary>
    public async Task<object?> ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false;Timeout=120");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private string DataFolder => Path.Combine(_folder, "data");

    public void Start()
    {
        // Crash tests need fsync. Enough connections are allowed for several silos.
        var settings = $"-c port={Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder} -c fsync=on -c max_connections=200 {_settings}";
        RunAsOwner("pg_ctl", "start", "-w", "-D", DataFolder, "-l", Path.Combine(_folder, "log"), "-o", settings);
        _running = true;
    }

    /// <summary>
    /// Stops the server as in a crash: sessions are cut, and the next start recovers from the write-ahead log.
    /// </summary>
    public void StopImmediate() => Stop("immediate");

    /// <summary>Stops the server as an administrator does: it has nothing to recover afterwards.</summary>
    public void StopInOrder() => Stop("fast");

    /// <summary>Creates an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false;Timeout=120");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    public void Dispose()
    {
        if (_running)
        {
            Stop("immediate");
        }

        Directory.Delete(_folder, recursive: true);
    }

    // Postgres refuses a key that others may read, so it gets copies of its own.
    private string TakeCertificate(TestCertificate certificate)
    {
        var (cert, key) = (Path.Combine(_folder, "server.crt"), Path.Combine(_folder, "server.key"));
        File.Copy(certificate.CertFile, cert);
        File.Copy(certificate.KeyFile, key);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return $"-c ssl=on -c ssl_cert_file={cert} -c ssl_key_file={key}";
    }

    private static void Run(string program, params string[] arguments)
    {
        // The output goes to a file and not to a pipe. The server would inherit the pipe, and reading it would wait
        // until the server ends.
        var output = Path.GetTempFileName();
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/" };
        foreach (var argument in (string[])["-c", "exec \"$@\" > \"$0\" 2>&1 < /dev/null", output, program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.WaitForExit();
        var words = File.ReadAllText(output);
        File.Delete(output);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} failed with {process.ExitCode}: {words}");
        }
    }

    private void Stop(string mode)
    {
        _running = false;
        RunAsOwner("pg_ctl", "stop", "-w", "-m", mode, "-D", DataFolder);
        NpgsqlConnection.ClearAllPools();
    }

    // Postgres refuses to run as root.
    private void RunAsOwner(string program, params string[] arguments)
    {
        var path = Path.Combine(_binaries, program);
        if (Environment.IsPrivilegedProcess)
        {
            Run("runuser", ["-u", "postgres", "--", path, .. arguments]);
        }
        else
        {
            Run(path, arguments);
        }
    }

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={Port};Username=soma;Database={database}";
}
