using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Soma.Gateway.Tests.Hosting;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Xunit.Abstractions;

namespace Soma.Gateway.Tests.Fuzz;

/// <summary>
/// Thousands of requests, most of them broken, against the running service: it never fails, always explains a refusal, and
/// changes exactly what it said it changed.
/// </summary>
/// <remarks><c>SOMA_FUZZ_SEED</c> and <c>SOMA_FUZZ_REQUESTS</c> choose another run; the seed of this one is printed.</remarks>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int MaxBodyBytes = 256 * 1024;
    private const int Connections = 16;
    private const int ShownComplaints = 20;

    private readonly int _seed = Setting("SOMA_FUZZ_SEED", 20_261_104);
    private readonly int _requests = Setting("SOMA_FUZZ_REQUESTS", 10_000);
    private readonly Ledger _ledger = new();
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentDictionary<int, int> _statuses = new();

    [Fact]
    public async Task Nothing_breaks_the_service_and_nothing_changes_but_what_was_answered_200()
    {
        output.WriteLine($"SOMA_FUZZ_SEED={_seed} SOMA_FUZZ_REQUESTS={_requests}");
        await using var soma = await SomaHost.StartAsync(("SOMA_MAX_REQUEST_BODY_MB", "0.25"));
        using var canary = NewCanaryClient(soma);
        await StoreCanaryAsync(canary);
        var before = await canary.GetAnswerAsync("/memories?limit=100");

        await SendAllAsync(soma);

        output.WriteLine(string.Join(", ", _statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}")) + $"; {_ledger.Count} changes");
        Assert.Equal(before.Ok().Text, (await canary.GetAnswerAsync("/memories?limit=100")).Text);
        await CheckMetricsAsync(soma);
        await CheckNamespacesAsync(soma);
        Assert.True(_complaints.IsEmpty, $"seed {_seed}, {_complaints.Count} complaints:\n{string.Join("\n\n", _complaints.Take(ShownComplaints))}");
    }

    private static int Setting(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    private async Task SendAllAsync(SomaHost soma)
    {
        // Header values outside ASCII go out as UTF-8, the encoding servers expect.
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        using var client = new HttpClient(handler);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Connections };
        await Parallel.ForEachAsync(Enumerable.Range(0, _requests), options, async (index, _) =>
        {
            var request = FuzzRequests.Create(_seed, index);
            if (await SendAsync(client, soma.Address, request) is { } complaint)
            {
                _complaints.Enqueue($"#{index} {complaint}\n    {request}");
            }
        });
    }

    private async Task<string?> SendAsync(HttpClient client, Uri address, FuzzRequest request)
    {
        try
        {
            using var message = request.ToMessage(address);
            var answer = await client.ReadAnswerAsync(message);
            _statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
            return AnswerRules.Check(request, answer) ?? (answer.Status == 200 ? _ledger.Record(request, answer) : null);
        }
        catch (HttpRequestException e)
        {
            // A body past the limit may be cut off while it is still being sent.
            return request.Body is { Length: > MaxBodyBytes } ? null : $"no answer: {e.Message} {e.InnerException?.Message}";
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or System.Text.Json.JsonException)
        {
            return $"a 200 that cannot be read: {e.Message}";
        }
    }

    private static HttpClient NewCanaryClient(SomaHost soma)
    {
        var client = soma.NewClient(FuzzSpaces.CanaryNamespace);
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
    private static async Task CheckMetricsAsync(SomaHost soma)
    {
        using var client = soma.NewAnonymousClient();
        var metrics = (await client.GetAnswerAsync("/metrics")).Ok().Text;
        Assert.InRange(metrics.Split('\n').Count(line => line.StartsWith("api_requests_total{", StringComparison.Ordinal)), 1, 150);
        Assert.DoesNotContain("BREW", metrics, StringComparison.Ordinal);
    }

    private async Task CheckNamespacesAsync(SomaHost soma)
    {
        var stats = await soma.Store.ReadStatsAsync(includeNamespaces: true, CancellationToken.None);
        var expected = _ledger.Namespaces.Append(new NamespaceKey(FuzzSpaces.CanaryTenant, FuzzSpaces.CanaryNamespace)).ToHashSet();
        foreach (var space in stats.Namespaces.Where(space => !expected.Contains(space.Key)))
        {
            _complaints.Enqueue($"namespace {space.Key} exists although no answer said so");
        }

        foreach (var key in _ledger.Namespaces)
        {
            await CheckNamespaceAsync(soma, key);
        }
    }

    private async Task CheckNamespaceAsync(SomaHost soma, NamespaceKey key)
    {
        var listed = await ListedMemories.ReadAsync(soma, key);
        var log = await NamespaceLog.ReadAsync(soma.Store, key);
        foreach (var complaint in log.CompareWith(_ledger.Entries(key), _ledger.UnnamedDeletes(key)).Concat(log.CompareWith(listed)))
        {
            _complaints.Enqueue($"{key}: {complaint}");
        }
    }
}
