using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Soma.System.Tests.Processes;

/// <summary>The built <c>soma</c> executable as a process of its own, with its own environment, port and data.</summary>
/// <remarks>Never in this process: a SIGKILL that spares the page cache of the killer proves less than one that does not.</remarks>
internal sealed class SomaProcess : IAsyncDisposable
{
    public const string Token = "system-test-token";

    private const int Sigterm = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly IReadOnlyDictionary<string, string?> _environment;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private Process? _process;

    /// <param name="environment">Added to what every test process gets; null removes a variable.</param>
    public SomaProcess(IReadOnlyDictionary<string, string?> environment)
    {
        Port = FreePort();
        _environment = environment;
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}"), Timeout = Patience };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public int Port { get; }

    public HttpClient Client { get; }

    public string Output => Read(_output);

    public string Errors => Read(_errors);

    private static string Assembly => Path.Combine(AppContext.BaseDirectory, "soma.dll");

    /// <summary>Starts the process (again) and waits until it says that it is ready.</summary>
    public async Task StartAsync(params string[] arguments)
    {
        Launch(arguments);
        using var deadline = new CancellationTokenSource(Patience);
        while (!await IsReadyAsync(deadline.Token))
        {
            if (_process!.HasExited)
            {
                throw new InvalidOperationException($"soma ended with {_process.ExitCode}: {Errors}");
            }

            // Between two looks, not in place of one.
            await Task.Delay(TimeSpan.FromMilliseconds(20), deadline.Token);
        }
    }

    /// <summary>Runs the process to its end, as for a start that must fail, and gives its exit code.</summary>
    public async Task<int> RunToEndAsync(params string[] arguments)
    {
        Launch(arguments);
        return await WaitForEndAsync();
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await WaitForEndAsync();
    }

    /// <summary>SIGTERM, as a supervisor sends it; the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        Assert.Equal(0, Signal(_process!.Id, Sigterm));
        return await WaitForEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
        Client.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Launch(string[] arguments)
    {
        _process?.Dispose();
        var start = new ProcessStartInfo("dotnet", [Assembly, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var inherited in start.Environment.Keys.Where(name => name.StartsWith("SOMA_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(inherited);
        }

        start.Environment["SOMA_API_PORT"] = $"{Port}";
        start.Environment["SOMA_API_TOKEN"] = Token;
        start.Environment["SOMA_RATE_LIMIT_MAX"] = "0";
        start.Environment.Remove("LOG_LEVEL");
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_errors, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await Client.GetAsync("/readyz", cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<int> WaitForEndAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        await _process!.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.AppendLine(line);
            }
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);
}
