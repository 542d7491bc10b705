using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Soma.System.Tests.Processes;
using Soma.Testing;
using Soma.Testing.Qdrant;
using Xunit.Abstractions;

namespace Soma.System.Tests.Tier;

/// <summary>
/// Writes to and searches a large namespace while its vector tier dies, stalls, fails and loses its data.
/// </summary>
/// <remarks>It runs for <c>SOMA_TIER_FAULT_SECONDS</c> (20).</remarks>
[Collection(ProcessTests.Name)]
public sealed class TierFaultTests(ITestOutputHelper log)
{
    private const int Memories = 400;
    private const string Space = "large";

    private static readonly TimeSpan Time = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("SOMA_TIER_FAULT_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 20);

    private readonly ConcurrentBag<string> _failures = [];
    private int _writes;
    private int _searches;
    private int _degraded;

    [Fact]
    public async Task A_failing_vector_tier_fails_no_request_and_equals_the_store_in_the_end()
    {
        using var folder = new TestFolder();
        await using var stub = await QdrantStub.StartAsync();
        await using var soma = new SomaProcess(new Dictionary<string, string?>
        {
            ["SOMA_DATA_DIR"] = folder.Location,
            ["SOMA_QDRANT_URL"] = stub.Url.ToString(),
            ["SOMA_RESIDENT_LIMIT"] = "100",
            ["SOMA_QDRANT_SETTLE_SECONDS"] = "0.5",
            ["SOMA_EMBEDDINGS"] = "fast",
        });
        await soma.StartAsync();
        soma.Client.DefaultRequestHeaders.Add("X-Soma-Namespace", Space);
        for (var i = 0; i < Memories; i++)
        {
            await WriteAsync(soma.Client, i, 0);
        }

        await Eventually.TrueAsync(async () => await CountTierSearchesAsync(soma.Client) > 0);
        using var ending = new CancellationTokenSource(Time);
        await Task.WhenAll(
            [FailAsync(stub, ending.Token), .. Enumerable.Range(0, 4).Select(worker => Task.Run(() => WorkAsync(soma.Client, worker, ending.Token)))]);
        log.WriteLine($"{await CountTierSearchesAsync(soma.Client)} searches through the tier");
        log.WriteLine($"{_writes} writes, {_searches} searches, {_degraded} of them degraded, {_failures.Count} failures, {stub.Requests.Count} requests to the tier");
        Assert.Empty(_failures);
        Assert.True(_degraded > 0, "No fault was felt.");

        stub.ApplyLate();
        var stored = await ListAsync(soma.Client);
        await Eventually.TrueAsync(async () => (await PointsAsync(stub)).SetEquals(stored), TimeSpan.FromMinutes(5));
        await Eventually.TrueAsync(async () => !await SearchAsync(soma.Client, "note"));
        Assert.Empty(stub.Violations);
    }

    private static async Task<double> CountTierSearchesAsync(HttpClient client)
    {
        await SearchAsync(client, "note");
        var metrics = await client.GetStringAsync(new Uri("metrics", UriKind.Relative));
        return double.Parse(
            metrics.Split('\n').Single(line => line.StartsWith("soma_vector_tier_searches_total ", StringComparison.Ordinal)).Split(' ')[1],
            CultureInfo.InvariantCulture);
    }

    private static async Task FailAsync(QdrantStub stub, CancellationToken ending)
    {
        var random = new Random(11);
        while (!ending.IsCancellationRequested)
        {
            switch (random.Next(6))
            {
                case 0:
                    await stub.KillAsync();
                    await PauseAsync(3, ending);
                    await stub.StartAgainAsync();
                    break;
                case 1:
                    await stub.KillAsync();
                    stub.Forget();
                    await stub.StartAgainAsync();
                    break;
                case 2:
                    stub.Chance = _ => random.Next(2) == 0 ? StubFault.Error(500) : null;
                    await PauseAsync(3, ending);
                    break;
                case 3:
                    var gate = new TaskCompletionSource();
                    stub.Chance = _ => StubFault.Slow(gate.Task);
                    await PauseAsync(4, ending);
                    gate.SetResult();
                    break;
                case 4:
                    stub.Chance = request => request.IsUpdate && random.Next(3) == 0 ? StubFault.Late() : null;
                    await PauseAsync(2, ending);
                    stub.ApplyLate();
                    break;
                default:
                    stub.Chance = _ => random.Next(3) == 0 ? StubFault.CutAfter() : null;
                    await PauseAsync(3, ending);
                    break;
            }

            stub.Chance = null;
            await PauseAsync(2, ending);
        }
    }

    // A fault lasts for a while. This delay is the length of the fault and does not wait for something to happen.
    private static Task PauseAsync(double seconds, CancellationToken ending) =>
        Task.Delay(TimeSpan.FromSeconds(seconds), ending).ContinueWith(static _ => { }, TaskScheduler.Default);

    private async Task WorkAsync(HttpClient client, int worker, CancellationToken ending)
    {
        for (var version = 1; !ending.IsCancellationRequested; version++)
        {
            try
            {
                var i = (worker * 1_000) + (version % 200);
                if (version % 7 == 0)
                {
                    (await client.DeleteAsync(new Uri($"memories/{i},0", UriKind.Relative), CancellationToken.None)).EnsureSuccessStatusCode();
                }
                else
                {
                    await WriteAsync(client, i, version);
                    if (await SearchAsync(client, $"note w{i}v{version}", $"w{i}v{version}"))
                    {
                        Interlocked.Increment(ref _degraded);
                    }

                    Interlocked.Increment(ref _searches);
                }

                Interlocked.Increment(ref _writes);
            }
            catch (Exception failure)
            {
                _failures.Add(failure.Message);
            }
        }
    }

    private static async Task WriteAsync(HttpClient client, int i, int version)
    {
        using var response = await client.PostAsJsonAsync(
            new Uri("memories", UriKind.Relative), new { coord = $"{i},0", payload = new { text = $"a note called w{i}v{version} of the river" } });
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Searches, and fails if the memory that was just written is not the first hit.</summary>
    /// <returns>Whether the answer was degraded.</returns>
    private static async Task<bool> SearchAsync(HttpClient client, string query, string? written = null)
    {
        using var response = await client.PostAsJsonAsync(new Uri("memories/search", UriKind.Relative), new { query, top_k = 5 });
        using var answer = JsonDocument.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
        var first = answer.RootElement.GetProperty("memories")[0].GetProperty("payload").GetProperty("text").GetString() ?? "";
        return written is null || first.Contains(written + " ", StringComparison.Ordinal)
            ? answer.RootElement.GetProperty("degraded").GetBoolean()
            : throw new InvalidOperationException($"{written} was written, and '{first}' was found.");
    }

    private static async Task<HashSet<(string Coordinate, long Seq)>> ListAsync(HttpClient client)
    {
        var all = new HashSet<(string, long)>();
        string? cursor = null;
        do
        {
            var path = "memories?limit=1000" + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}");
            using var page = JsonDocument.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative)));
            foreach (var memory in page.RootElement.GetProperty("memories").EnumerateArray())
            {
                all.Add((memory.GetProperty("coord").GetString() ?? "", memory.GetProperty("seq").GetInt64()));
            }

            cursor = page.RootElement.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);

        return all;
    }

    private static async Task<HashSet<(string Coordinate, long Seq)>> PointsAsync(QdrantStub stub)
    {
        using var qdrant = new HttpClient { BaseAddress = stub.Url };
        var name = stub.Requests.First(request => request.Path.StartsWith("/collections/", StringComparison.Ordinal)).Path.Split('/')[2];
        using var response = await qdrant.PostAsJsonAsync(
            new Uri($"collections/{name}/points/scroll", UriKind.Relative), new { limit = 100_000, with_payload = true, with_vector = false });
        using var points = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return [.. points.RootElement.GetProperty("result").GetProperty("points").EnumerateArray().Select(point => point.GetProperty("payload"))
            .Where(payload => payload.TryGetProperty("coord", out _))
            .Select(payload => (payload.GetProperty("coord").GetString() ?? "", payload.GetProperty("seq").GetInt64()))];
    }
}
