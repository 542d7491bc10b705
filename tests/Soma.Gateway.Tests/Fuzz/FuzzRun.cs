using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Soma.Gateway.Tests.Hosting;
using Soma.Grains.Interfaces;
using Xunit.Abstractions;

namespace Soma.Gateway.Tests.Fuzz;

/// <summary>One run of the fuzz against one service: sends, watches every answer, and compares in the end.</summary>
internal sealed class FuzzRun(SomaHost soma, int seed, int requests, ITestOutputHelper output)
{
    /// <summary>What the service under test must be told, so that bodies past the limit need not be megabytes.</summary>
    public static readonly (string, string?) BodyLimit = ("SOMA_MAX_REQUEST_BODY_MB", "0.25");

    private const int MaxBodyBytes = 256 * 1024;
    private const int Connections = 16;
    private const int ShownComplaints = 20;
    private const int ShownTimes = 5;

    private readonly Ledger _ledger = new();
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private readonly ConcurrentBag<(double Milliseconds, string What)> _times = [];

    public async Task RunAsync()
    {
        output.WriteLine($"SOMA_FUZZ_SEED={seed} SOMA_FUZZ_REQUESTS={requests}");
        using var canary = NewCanaryClient(soma);
        await StoreCanaryAsync(canary);
        var before = await canary.GetAnswerAsync("/memories?limit=100");

        await SendAllAsync();

        output.WriteLine(string.Join('\n', _times.OrderDescending().Take(ShownTimes).Select(time => $"{time.Milliseconds:F0} ms {time.What}")));
        output.WriteLine(string.Join(", ", _statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}")) + $"; {_ledger.Count} changes");
        Assert.Equal(before.Ok().Text, (await canary.GetAnswerAsync("/memories?limit=100")).Text);
        await CheckMetricsAsync(soma);
        await CheckNamespacesAsync();
        Assert.True(_complaints.IsEmpty, $"seed {seed}, {_complaints.Count} complaints:\n{string.Join("\n\n", _complaints.Take(ShownComplaints))}");
    }

    private async Task SendAllAsync()
    {
        // Header values outside ASCII go out as UTF-8, the encoding servers expect.
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        using var client = new HttpClient(handler);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Connections };
        await Parallel.ForEachAsync(Enumerable.Range(0, requests), options, async (index, _) =>
        {
            var request = FuzzRequests.Create(seed, index);
            var started = Stopwatch.GetTimestamp();
            var complaint = await SendAsync(client, request);
            _times.Add((Stopwatch.GetElapsedTime(started).TotalMilliseconds, $"#{index} {request.Method} {request.Target}"));
            if (complaint is not null)
            {
                _complaints.Enqueue($"#{index} {complaint}\n    {request}");
            }
        });
    }

    private async Task<string?> SendAsync(HttpClient client, FuzzRequest request)
    {
        try
        {
            using var message = request.ToMessage(soma.Address);
            var answer = await client.ReadAnswerAsync(message);
            _statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
            return AnswerRules.Check(request, answer) ?? (answer.Status == 200 ? _ledger.Record(request, answer) : null);
        }
        catch (HttpRequestException e)
        {
            // A body past the limit may be cut off while it is still being sent.
            return request.Body is { Length: > MaxBodyBytes } ? null : $"no answer: {e.Message} {e.InnerException?.Message}";
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or JsonException)
        {
            return $"a 200 that cannot be read: {e.Message}";
        }
    }

    private static HttpClient NewCanaryClient(SomaHost host)
    {
        var client = host.NewClient(FuzzSpaces.CanaryNamespace);
        client.DefaultRequestHeaders.Add("X-Soma-Tenant", FuzzSpaces.CanaryTenant);
        return client;
    }

    private static async Task StoreCanaryAsync(HttpClient canary)
    {
        for (var index = 0; index < 6; index++)
        {
            // At the coordinates, and with the words, that the fuzz asks for.
            (await canary.PostAnswerAsync("/memories", $$$"""{"coord":"{{{index}}},1","payload":{"text":"{{{FuzzSpaces.CanaryWord}}} harbour violin","topic":"harbour"}}""")).Ok();
        }
    }

    /// <summary>Made-up paths and methods must not become time series.</summary>
    private static async Task CheckMetricsAsync(SomaHost host)
    {
        using var client = host.NewAnonymousClient();
        var metrics = (await client.GetAnswerAsync("/metrics")).Ok().Text;
        Assert.InRange(metrics.Split('\n').Count(line => line.StartsWith("api_requests_total{", StringComparison.Ordinal)), 1, 150);
        Assert.DoesNotContain("BREW", metrics, StringComparison.Ordinal);
    }

    private async Task CheckNamespacesAsync()
    {
        var stats = await soma.Store.ReadStatsAsync(includeNamespaces: true, CancellationToken.None);
        var expected = _ledger.Namespaces.Append(new NamespaceKey(FuzzSpaces.CanaryTenant, FuzzSpaces.CanaryNamespace)).ToHashSet();
        foreach (var space in stats.Namespaces.Where(space => !expected.Contains(space.Key)))
        {
            _complaints.Enqueue($"namespace {space.Key} exists although no answer said so");
        }

        foreach (var key in _ledger.Namespaces)
        {
            await CheckNamespaceAsync(key);
        }
    }

    private async Task CheckNamespaceAsync(NamespaceKey key)
    {
        var listed = await ListedMemories.ReadAsync(soma, key);
        var log = await NamespaceLog.ReadAsync(soma.Store, key);
        foreach (var complaint in log.CompareWith(_ledger).Concat(log.CompareWith(listed)))
        {
            _complaints.Enqueue($"{key}: {complaint}");
        }
    }
}
