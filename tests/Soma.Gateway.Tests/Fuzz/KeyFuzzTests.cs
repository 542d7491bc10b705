using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Soma.Gateway.Tests.Hosting;
using Xunit.Abstractions;

namespace Soma.Gateway.Tests.Fuzz;

/// <summary>200 callers with keys ask for 1,000 namespaces, most of them somebody else's, and no canary crosses.</summary>
/// <remarks>
/// <c>make fuzz</c> sends 100,000 requests; <c>SOMA_FUZZ_REQUESTS</c> and <c>SOMA_FUZZ_SEED</c> choose another run; the seed of this one is printed.
/// </remarks>
public sealed class KeyFuzzTests(ITestOutputHelper output)
{
    private const int Connections = 16;
    private const int Shown = 20;

    // What the process may hold more than before, beside a budget of 64 MB for caches: far more than a healthy run needs, far less than a leak takes.
    private const long MostGrowth = 512L << 20;

    private readonly int _seed = Setting("SOMA_FUZZ_SEED", 20_261_129);
    private readonly int _requests = Setting("SOMA_FUZZ_REQUESTS", 5_000);
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentDictionary<int, int> _statuses = new();

    [Fact]
    public async Task No_canary_crosses_from_one_callers_namespace_to_another_caller()
    {
        output.WriteLine($"SOMA_FUZZ_SEED={_seed} SOMA_FUZZ_REQUESTS={_requests}");
        await using var soma = await SomaHost.StartAsync(FuzzRun.BodyLimit, ("SOMA_MEMORY_BUDGET_MB", "64"), ("SOMA_REQUEST_TIMEOUT_SECONDS", "60"));
        var world = await KeyFuzzWorld.PlantAsync(soma, new Random(_seed));
        var untouched = await ReadUntouchableAsync(soma, world);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await SendAllAsync(soma, world);

        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine(string.Join(", ", _statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}")) + $"; {grown >> 20} MB more");
        Assert.True(_complaints.IsEmpty, $"seed {_seed}, {_complaints.Count} complaints:\n{string.Join("\n\n", _complaints.Take(Shown))}");
        Assert.Equal(untouched, await ReadUntouchableAsync(soma, world));
        Assert.InRange(grown, long.MinValue, MostGrowth);
        // The run proves nothing if everything was refused.
        Assert.True(_statuses.GetValueOrDefault(200) > _requests / 20, "hardly any request was answered 200");
    }

    private async Task SendAllAsync(SomaHost soma, KeyFuzzWorld world)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        using var client = new HttpClient(handler);
        await Parallel.ForEachAsync(Enumerable.Range(0, _requests), new ParallelOptions { MaxDegreeOfParallelism = Connections }, async (index, _) =>
        {
            var (request, caller) = KeyFuzzRequests.Create(world, _seed, index);
            if (await SendAsync(client, soma, world, request, caller) is { } complaint)
            {
                _complaints.Enqueue($"#{index} caller {caller}: {complaint}\n    {request}");
            }
        });
    }

    private async Task<string?> SendAsync(HttpClient client, SomaHost soma, KeyFuzzWorld world, FuzzRequest request, int caller)
    {
        try
        {
            using var message = request.ToMessage(soma.Address);
            var answer = await client.ReadAnswerAsync(message);
            _statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
            var whole = answer.Text + string.Join('\n', answer.Headers.SelectMany(header => header.Value));
            return world.FindForeign(whole, caller) is { } canary ? $"was shown {canary} of somebody else: {answer.Status} {answer.Text}"
                // An overload or a deadline on a busy machine is told as such.
                : answer.Status is 503 or 504 ? null
                : AnswerRules.Check(request, answer);
        }
        catch (HttpRequestException e)
        {
            // A body past the limit may be cut off while it is still being sent.
            return request.Body is { Length: > 256 * 1024 } ? null : $"no answer: {e.Message} {e.InnerException?.Message}";
        }
    }

    private static async Task<string> ReadUntouchableAsync(SomaHost soma, KeyFuzzWorld world)
    {
        using var root = soma.NewClient();
        var all = new StringBuilder();
        foreach (var (tenant, name) in world.Untouchable)
        {
            all.AppendLine((await root.CallAsync(HttpMethod.Get, "/memories?limit=100", null, ("X-Soma-Tenant", tenant), ("X-Soma-Namespace", name))).Ok().Text);
        }

        return all.ToString();
    }

    private static int Setting(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
