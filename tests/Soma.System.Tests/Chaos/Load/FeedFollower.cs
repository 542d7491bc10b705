using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Soma.System.Tests.Clusters;
using Soma.Testing;
using Soma.Testing.Following;

namespace Soma.System.Tests.Chaos.Load;

/// <summary>A consumer of a namespace's changes that is cut again and again, and connects to any gateway that answers.</summary>
internal sealed class FeedFollower : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stopping = new();
    private readonly FeedReplica _replica = new();
    private readonly HttpClient[] _gateways;
    private readonly Task _running;
    private int _connections;
    private long _seq;

    /// <summary>Starts to follow at once.</summary>
    public FeedFollower(IReadOnlyList<Uri> gateways, string token, string soleNamespace, int seed)
    {
        _gateways = [.. gateways.Select(address => MakeClient(address, token, soleNamespace))];
        _running = Task.Run(() => FollowAsync(new Random(seed)));
    }

    /// <summary>How often it connected.</summary>
    public int Connections => _connections;

    /// <summary>Follows to the end of the log, and compares what was built with what the service answers. Nobody may write meanwhile.</summary>
    public async Task FinishAsync()
    {
        var client = _gateways[0];
        using var list = await client.GetAsync("memories?limit=1");
        var head = long.Parse(list.Headers.GetValues("X-Soma-Seq").Single(), CultureInfo.InvariantCulture);
        await Eventually.TrueAsync(() => _running.IsCompleted || Interlocked.Read(ref _seq) >= head);
        await _stopping.CancelAsync();
        await _running;
        Assert.Equal(head, _replica.Seq);
        Assert.Equal(await FeedReplica.DescribeMemoriesOfAsync(client), _replica.DescribeMemories());
        Assert.Equal(await FeedReplica.DescribeLinksOfAsync(client, _replica.Keys), _replica.DescribeLinks());
    }

    public void Dispose()
    {
        _stopping.Cancel();
        foreach (var client in _gateways)
        {
            client.Dispose();
        }

        _stopping.Dispose();
    }

    private async Task FollowAsync(Random random)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await ReadSomeAsync(_gateways[random.Next(_gateways.Length)], random.Next(1, 100));
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
            {
                await Task.Delay(Pause);
            }
        }
    }

    private async Task ReadSomeAsync(HttpClient gateway, int changes)
    {
        using var stream = await EventStream.OpenAsync(gateway, "changes", _replica.Seq, _stopping.Token);
        if (stream.Status != 200)
        {
            throw new HttpRequestException($"{stream.Status}");
        }

        _connections++;
        for (var left = changes; left > 0 && await stream.ReadAsync(_stopping.Token) is { } received;)
        {
            if (received.Name == "message")
            {
                _replica.Apply(JsonDocument.Parse(received.Data).RootElement);
                Interlocked.Exchange(ref _seq, _replica.Seq);
                left--;
            }
        }
    }

    private static HttpClient MakeClient(Uri address, string token, string soleNamespace)
    {
        var client = ClusterAuthority.NewClient(address);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        client.DefaultRequestHeaders.Add("X-Soma-Namespace", soleNamespace);
        return client;
    }
}
