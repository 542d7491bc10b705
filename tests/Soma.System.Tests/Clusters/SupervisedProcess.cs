using System.Net;
using System.Net.Sockets;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Clusters;

/// <summary>A silo or gateway with a supervisor that starts the process again whenever it ends.</summary>
internal sealed class SupervisedProcess(string name, ManagedProcess process, Uri address) : IAsyncDisposable
{
    private static readonly TimeSpan PauseBeforeStart = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stopping = new();
    private readonly HttpClient _client = MakeClient(address);
    private Task _supervising = Task.CompletedTask;
    private int _starts;

    public string Name => name;

    /// <summary>The address of the HTTP port: the service of a gateway, the admin port of a silo.</summary>
    public Uri Address => address;

    /// <summary>The ports of a silo at which other silos and the gateways connect; empty for a gateway.</summary>
    public IReadOnlyList<int> ClusterPorts { get; init; } = [];

    /// <summary>How often the process was started.</summary>
    public int Starts => Volatile.Read(ref _starts);

    /// <summary>The exit codes of the process, oldest first.</summary>
    public IReadOnlyList<int> ExitCodes => process.ExitCodes;

    public CapturedText Errors => process.Errors;

    public void Start() => _supervising = SuperviseAsync();

    public void Kill() => process.Kill();

    public void Terminate() => process.Terminate();

    /// <summary>Ends the process in order. Its supervisor then starts this program in its place.</summary>
    public void Upgrade(string assembly)
    {
        process.Replace(assembly);
        process.Terminate();
    }

    public void Freeze() => process.Freeze();

    public void Thaw() => process.Thaw();

    /// <summary>Waits until the process has ended and was started again.</summary>
    /// <param name="starts">How often it had been started before it was told to end.</param>
    /// <param name="deadline">The deadline for the restart.</param>
    public Task WaitForRestartAsync(int starts, TimeSpan deadline) => Testing.Eventually.TrueAsync(() => Starts > starts, deadline);

    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _client.GetAsync("/health/ready");
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>
    /// Asks a silo whether the grain of a namespace is active on it. A silo that does not answer owns none.
    /// </summary>
    public async Task<bool> OwnsAsync(string soleNamespace)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/owns?tenant=default&name={soleNamespace}");
            request.Headers.Authorization = new("Bearer", ClusterUnderTest.Token);
            using var answer = await _client.SendAsync(request);
            return await answer.Content.ReadAsStringAsync() == "true";
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Reads one metric from <c>/metrics</c>, summed over its labels; 0 if it does not exist.</summary>
    public async Task<double> ReadMetricAsync(string metric)
    {
        try
        {
            var text = await _client.GetStringAsync("/metrics");
            return text.Split('\n')
                .Where(line => line.StartsWith(metric, StringComparison.Ordinal) && line.Length > metric.Length && line[metric.Length] is ' ' or '{')
                .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..]));
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or OperationCanceledException)
        {
            return 0;
        }
    }

    /// <summary>The state and last output of the process, for the message of a failure.</summary>
    public string Describe() =>
        $"== {name}: started {Starts}×, ended with [{string.Join(", ", ExitCodes)}]\n{process.Output.Tail(5)}\n{process.Errors.Tail(20)}";

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await process.DisposeAsync();
        await _supervising.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
    }

    private static HttpClient MakeClient(Uri address)
    {
        var client = ClusterAuthority.NewClient(address);
        client.Timeout = TimeSpan.FromSeconds(5);
        return client;
    }

    private async Task SuperviseAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            process.Start();
            Interlocked.Increment(ref _starts);
            await process.WaitForEndAsync(_stopping.Token);
            await Task.Delay(PauseBeforeStart, _stopping.Token);
        }
    }
}
