using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Soma.Testing;

namespace Soma.System.Tests.Processes;

/// <summary>The built <c>soma</c> executable as a separate process with its own port and data.</summary>
internal sealed class SomaProcess : IAsyncDisposable
{
    public const string Token = "system-test-token";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly ManagedProcess _process;

    /// <param name="environment">Variables added to those that every test process gets; null removes a
    /// variable.</param>
    public SomaProcess(IReadOnlyDictionary<string, string?> environment)
    {
        Port = FreePorts.Next();
        var whole = new Dictionary<string, string?>
        {
            ["SOMA_API_PORT"] = $"{Port}",
            ["SOMA_API_TOKEN"] = Token,
            ["SOMA_RATE_LIMIT_MAX"] = "0",
        };
        foreach (var (name, value) in environment)
        {
            whole[name] = value;
        }

        _process = new ManagedProcess("soma.dll", whole);
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}"), Timeout = Patience };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public int Port { get; }

    public HttpClient Client { get; }

    /// <summary>The physical memory that the process has, in bytes.</summary>
    public long ResidentBytes => _process.ResidentBytes;

    public string Output => _process.Output.ToString();

    public string Errors => _process.Errors.ToString();

    /// <summary>Starts the process and waits until it is ready.</summary>
    public async Task StartAsync(params string[] arguments)
    {
        _process.Start(arguments);
        await Eventually.TrueAsync(
            async () => _process.IsRunning
                ? await IsReadyAsync()
                : throw new InvalidOperationException($"soma ended with {await _process.WaitForEndAsync()}: {Errors}"),
            Patience);
    }

    /// <summary>Runs the process until it ends and returns its exit code, e.g. for a start that must fail.</summary>
    public Task<int> RunToEndAsync(params string[] arguments)
    {
        _process.Start(arguments);
        return _process.WaitForEndAsync();
    }

    /// <summary>Sends SIGKILL: no handler runs and nothing is flushed.</summary>
    public Task KillAsync()
    {
        _process.Kill();
        return _process.WaitForEndAsync();
    }

    /// <summary>Sends SIGTERM, as a supervisor does, and returns the exit code.</summary>
    public Task<int> TerminateAsync()
    {
        _process.Terminate();
        return _process.WaitForEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Client.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Client.GetAsync("/readyz");
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            return false;
        }
    }
}
