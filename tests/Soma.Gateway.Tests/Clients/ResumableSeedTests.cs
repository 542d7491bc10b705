using System.Collections.Concurrent;
using System.Net;
using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Clients;

/// <summary>SomaFractalMemory's <c>scripts/resumable_seed.py</c>: 20 workers, one memory a request, backing off on 429 and 5xx.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class ResumableSeedTests(SharedSoma soma)
{
    private const int Workers = 20;
    private const int Attempts = 7;
    private static readonly TimeSpan Backoff = TimeSpan.FromSeconds(0.5);

    [Fact]
    public async Task Every_index_is_stored_at_the_first_attempt()
    {
        using var client = soma.Host.NewClient(SomaHost.NewNamespace("seed"));

        var statuses = await SeedAsync(client, 500);

        Assert.Equal([HttpStatusCode.OK], statuses.Distinct());
        Assert.Equal(500, statuses.Count);
        Assert.Equal(417, (await client.GetAnswerAsync("/memories/417.0,0.0")).Ok()["memory", "payload", "i"].GetInt32());
    }

    [Fact]
    public async Task A_seeder_that_backs_off_gets_through_a_rate_limit()
    {
        await using var limited = await SomaHost.StartAsync(("SOMA_RATE_LIMIT_MAX", "15"), ("SOMA_RATE_LIMIT_WINDOW_SECONDS", "0.5"));
        using var client = limited.NewClient();

        var statuses = await SeedAsync(client, 40);

        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        Assert.Equal(40, statuses.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(40, (await client.GetAnswerAsync("/stats")).Ok()["total_memories"].GetInt32());
    }

    private static async Task<ConcurrentBag<HttpStatusCode>> SeedAsync(HttpClient client, int total)
    {
        var statuses = new ConcurrentBag<HttpStatusCode>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Workers };
        await Parallel.ForEachAsync(Enumerable.Range(1, total), options, async (index, _) => await StoreOneAsync(client, index, statuses));
        return statuses;
    }

    private static async Task StoreOneAsync(HttpClient client, int index, ConcurrentBag<HttpStatusCode> statuses)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var answer = await client.PostAnswerAsync(
                "/memories", $$$"""{"coord": "{{{index}}}.0,0.0", "memory_type": "episodic", "payload": {"i": {{{index}}}}}""");
            statuses.Add((HttpStatusCode)answer.Status);
            if (answer.Status is not 429 and < 500)
            {
                return;
            }

            // The script's own schedule; what is asserted is only that it ends.
            await Task.Delay(Backoff * Math.Pow(2, attempt - 1));
        }
    }
}
