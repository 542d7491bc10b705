using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using Soma.Testing.Tls;
using StackExchange.Redis;

namespace Soma.Testing.Redis;

/// <summary>A Redis server of the test's own on 127.0.0.1. Its data folder is deleted when it is disposed.</summary>
/// <remarks>
/// It is configured as a cluster needs it: every write is appended to a file, and nothing is ever evicted.
/// </remarks>
public sealed class RedisServer : IDisposable
{
    private const string Program = "redis-server";

    private readonly string _folder = Directory.CreateTempSubdirectory("soma-redis-").FullName;
    private Process? _process;

    private readonly TestCertificate? _certificate;

    /// <summary>Starts the server and waits until it answers.</summary>
    /// <exception cref="InvalidOperationException">Redis is missing or does not start. Tests that need it fail; they
    /// are never skipped.</exception>
    public RedisServer()
        : this(null)
    {
    }

    // A class fixture may have only one public constructor.
    private RedisServer(TestCertificate? certificate)
    {
        _certificate = certificate;
        Start();
    }

    /// <summary>Starts a server that speaks TLS with a certificate; null: it speaks without.</summary>
    public static RedisServer With(TestCertificate? certificate) => new(certificate);

    public int Port { get; } = FreePorts.Next();

    /// <summary>A value for <c>REDIS_URL</c>.</summary>
    public string Url => $"{(_certificate is null ? "redis" : "rediss")}://127.0.0.1:{Port}";

    public string ConnectionString => $"127.0.0.1:{Port},abortConnect=false";

    public void Start()
    {
        string[] ports = _certificate is { } tls
            ? ["--port", "0", "--tls-port", $"{Port}", "--tls-cert-file", tls.CertFile, "--tls-key-file", tls.KeyFile, "--tls-auth-clients", "no", "--tls-ca-cert-file", tls.CertFile]
            : ["--port", $"{Port}"];
        string[] arguments = [.. ports, "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes", "--dir", _folder];
        try
        {
            _process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException($"These tests need {Program} on the PATH.", missing);
        }

        // The output is read and dropped, because a full pipe would block the server.
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        WaitUntilItAnswers();
    }

    /// <summary>Stops the server at once. Acknowledged writes are there again after the next start.</summary>
    public void Stop()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }

    /// <summary>Deletes everything, as happens when a Redis without persistence is restarted.</summary>
    public void FlushAll() => Execute("FLUSHALL");

    /// <summary>Runs one command on a new connection.</summary>
    public RedisResult Execute(string command, params object[] arguments)
    {
        var options = ConfigurationOptions.Parse($"127.0.0.1:{Port},allowAdmin=true");
        options.Ssl = _certificate is not null;
        options.CertificateValidation += static (_, _, _, _) => true;
        using var connection = ConnectionMultiplexer.Connect(options);
        return connection.GetDatabase().Execute(command, arguments);
    }

    public void Dispose()
    {
        Stop();
        Directory.Delete(_folder, recursive: true);
    }

    private void WaitUntilItAnswers()
    {
        var started = Stopwatch.GetTimestamp();
        while (!Answers())
        {
            if (_process is not { HasExited: false } || Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(30))
            {
                throw new InvalidOperationException($"{Program} did not start on port {Port}.");
            }

            Thread.Sleep(TimeSpan.FromMilliseconds(10));
        }
    }

    private static SslStream Encrypted(TcpClient client)
    {
        var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, static (_, _, _, _) => true);
        stream.AuthenticateAsClient("localhost");
        return stream;
    }

    private bool Answers()
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", Port);
            using var stream = _certificate is null ? (Stream)client.GetStream() : Encrypted(client);
            stream.Write("PING\r\n"u8);
            Span<byte> answer = stackalloc byte[5];
            stream.ReadExactly(answer);
            return answer.SequenceEqual("+PONG"u8);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }
}
