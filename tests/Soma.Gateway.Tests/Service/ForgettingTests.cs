using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Soma.Gateway.Tests.Hosting;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Gateway.Tests.Service;

/// <summary>Forgetting by rule, through HTTP and the whole product.</summary>
public sealed class ForgettingTests : IAsyncLifetime
{
    private const int Writers = 64;
    private const int MaxMemories = 50;

    private SomaHost _host = null!;

    public async Task InitializeAsync() => _host = await SomaHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData(EvictionRules.Oldest)]
    [InlineData(EvictionRules.LeastImportant)]
    [InlineData(EvictionRules.LeastUsed)]
    public async Task No_reader_ever_sees_more_than_max_memories_while_64_clients_write(string rule)
    {
        var name = SomaHost.NewNamespace("bounded");
        using var client = _host.NewClient(name);
        await PutAsync(client, name, $$"""{"max_memories":{{MaxMemories}},"evict":"{{rule}}","half_life_days":1}""");
        using var done = new CancellationTokenSource();
        var seen = new ConcurrentBag<int>();
        var readers = new[] { ReadAsync(client, CountAsync, seen, done.Token), ReadAsync(client, ListedAsync, seen, done.Token), ReadAsync(client, SearchedAsync, seen, done.Token) };
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => WriteAsync(client, writer)));
        await done.CancelAsync();
        await Task.WhenAll(readers);

        Assert.Equal(MaxMemories, seen.Max());
        Assert.Equal(MaxMemories, await ListedAsync(client));
        // The counters that /stats shows may be a moment old.
        await Testing.Eventually.TrueAsync(async () => await CountAsync(client) == MaxMemories);
        await CheckLogAsync(name);
    }

    [Fact]
    public async Task Answer_names_what_was_evicted_and_its_retry_too()
    {
        var name = SomaHost.NewNamespace("bounded");
        using var client = _host.NewClient(name);
        await PutAsync(client, name, """{"max_memories":2}""");
        await StoreAsync(client, """{"id":"a","payload":{"n":1}}""");
        await StoreAsync(client, """{"id":"b","payload":{"n":2}}""");
        var first = await StoreAsync(client, """{"id":"c","payload":{"n":3}}""", key: "k");
        Assert.EndsWith("\"evicted\":[\"@a\"]}", first);
        Assert.Equal(first, await StoreAsync(client, """{"id":"c","payload":{"n":3}}""", key: "k"));
        using var refused = await client.PostAsync("memories/batch", Json("""{"items":[{"payload":{}},{"payload":{}},{"payload":{}}]}"""));
        Assert.Equal(422, (int)refused.StatusCode);
        Assert.Contains("stores 3 memories; this namespace keeps at most 2 (max_memories)", await refused.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Lowered_bound_holds_when_the_settings_are_answered()
    {
        var name = SomaHost.NewNamespace("bounded");
        using var client = _host.NewClient(name);
        for (var i = 0; i < 3; i++)
        {
            using var stored = await client.PostAsync("memories/batch", Json($$"""{"items":[{{string.Join(',', Enumerable.Repeat("""{"payload":{"n":1}}""", 500))}}]}"""));
            Assert.Equal(200, (int)stored.StatusCode);
        }

        var settings = await PutAsync(client, name, """{"max_memories":7}""");
        if (!settings.GetProperty("evicting").GetBoolean())
        {
            Assert.Equal(7, await ListedAsync(client));
        }

        await StoreAsync(client, """{"payload":{"n":2}}""");
        await Testing.Eventually.TrueAsync(async () => await CountAsync(client) == 7);
        await Testing.Eventually.TrueAsync(async () => !(await GetAsync(client, $"namespaces/{name}")).GetProperty("evicting").GetBoolean());
    }

    [Fact]
    public async Task Memory_expires_by_the_namespaces_lifetime_unless_it_says_otherwise()
    {
        var name = SomaHost.NewNamespace("ttl");
        using var client = _host.NewClient(name);
        var settings = await PutAsync(client, name, """{"ttl_seconds":3600}""");
        Assert.Equal(3600, settings.GetProperty("ttl_seconds").GetDouble());
        await StoreAsync(client, """{"id":"a","payload":{}}""");
        await StoreAsync(client, """{"id":"b","payload":{},"expires_at":null}""");
        await StoreAsync(client, """{"id":"c","payload":{},"ttl_seconds":60,"expires_at":null}""");
        await StoreAsync(client, """{"id":"d","payload":{},"expires_at":null,"ttl_seconds":60}""");
        Assert.Equal(3600, await LifetimeAsync(client, "a"));
        Assert.Null(await LifetimeAsync(client, "b"));
        Assert.Equal((60, 60), (await LifetimeAsync(client, "c"), await LifetimeAsync(client, "d")));
        using var patched = await client.PatchAsync("memories/@a", Json("""{"payload":{"n":1}}"""));
        Assert.Equal(3600, await LifetimeAsync(client, "a", from: "created_at"));
    }

    [Fact]
    public async Task Settings_that_were_read_can_be_sent_back()
    {
        var name = SomaHost.NewNamespace("back");
        using var client = _host.NewClient(name);
        var set = await PutAsync(client, name, """{"ttl_seconds":1.5,"max_memories":3,"max_bytes":5000000000,"evict":"least_used","half_life_days":0.5}""");
        Assert.Equal(
            (1.5, 3, 5_000_000_000, "least_used", 0.5),
            (set.GetProperty("ttl_seconds").GetDouble(), set.GetProperty("max_memories").GetInt64(), set.GetProperty("max_bytes").GetInt64(), set.GetProperty("evict").GetString(), set.GetProperty("half_life_days").GetDouble()));
        var sent = set.EnumerateObject().Where(each => each.Name is not ("name" or "tenant")).ToDictionary(each => each.Name, each => each.Value);
        Assert.Equal(set.ToString(), (await PutAsync(client, name, JsonSerializer.Serialize(sent))).ToString());
        Assert.Equal(set.ToString(), (await GetAsync(client, $"namespaces/{name}")).ToString());
    }

    [Theory]
    [InlineData("""{"max_memories":0}""", "max_memories", "1 to 9007199254740992")]
    [InlineData("""{"max_memories":1.5}""", "max_memories", "whole number")]
    [InlineData("""{"max_memories":"ten"}""", "max_memories", "whole number")]
    [InlineData("""{"max_bytes":-1}""", "max_bytes", "1 to 9007199254740992")]
    [InlineData("""{"evict":"newest"}""", "evict", "'oldest', 'least_important' or 'least_used'")]
    [InlineData("""{"ttl_seconds":0}""", "ttl_seconds", "more than 0 seconds")]
    [InlineData("""{"half_life_days":0}""", "half_life_days", "one minute")]
    public async Task Setting_out_of_range_is_422_with_its_name(string body, string field, string message)
    {
        using var client = _host.NewClient();
        using var refused = await client.PutAsync("namespaces/refused", Json(body));
        Assert.Equal(422, (int)refused.StatusCode);
        var error = JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement.GetProperty("errors")[0];
        Assert.Equal(field, error.GetProperty("loc")[1].GetString());
        Assert.Contains(message, error.GetProperty("msg").GetString());
    }

    private static async Task WriteAsync(HttpClient client, int writer)
    {
        for (var i = 0; i < 12; i++)
        {
            switch (i % 4)
            {
                case 0:
                    await StoreAsync(client, $$$"""{"importance":{{{i}}},"payload":{"text":"tea","writer":{{{writer}}} } }""");
                    break;
                case 1:
                    using (var batch = await client.PostAsync("memories/batch", Json("""{"items":[{"payload":{"text":"tea"}},{"payload":{"text":"tea"}},{"payload":{"text":"tea"}}]}""")))
                    {
                        Assert.Equal(200, (int)batch.StatusCode);
                    }

                    break;
                case 2:
                    await StoreAsync(client, $$$"""{"coord":"{{{writer % 8}}},{{{i}}}","payload":{"text":"tea"}}""");
                    break;
                default:
                    // Another writer may have evicted it meanwhile.
                    using (await client.PatchAsync($"memories/{writer % 8},{i - 1}", Json("""{"payload":{"more":1}}""")))
                    {
                        await client.GetAsync($"memories/{writer % 8},{i - 1}");
                    }

                    break;
            }
        }
    }

    private static async Task ReadAsync(HttpClient client, Func<HttpClient, Task<int>> count, ConcurrentBag<int> seen, CancellationToken done)
    {
        await Task.Yield();
        while (!done.IsCancellationRequested)
        {
            seen.Add(await count(client));
        }
    }

    private static async Task<int> CountAsync(HttpClient client) =>
        (await GetAsync(client, "stats")).GetProperty("namespaces").EnumerateObject().Where(each => client.DefaultRequestHeaders.GetValues("X-Soma-Namespace").Contains(each.Name))
            .Select(each => each.Value.GetProperty("total").GetInt32()).SingleOrDefault();

    private static async Task<int> ListedAsync(HttpClient client) => (await GetAsync(client, "memories?limit=1000")).GetProperty("memories").GetArrayLength();

    private static async Task<int> SearchedAsync(HttpClient client) => (await GetAsync(client, "memories/search?query=tea&top_k=1000")).GetProperty("memories").GetArrayLength();

    private static async Task<double?> LifetimeAsync(HttpClient client, string id, string from = "updated_at")
    {
        var memory = (await GetAsync(client, $"memories/@{id}")).GetProperty("memory");
        return memory.GetProperty("expires_at").GetString() is { } end
            ? (DateTimeOffset.Parse(end, System.Globalization.CultureInfo.InvariantCulture) - memory.GetProperty(from).GetDateTimeOffset()).TotalSeconds
            : null;
    }

    private static async Task<JsonElement> GetAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        Assert.Equal(200, (int)answer.StatusCode);
        return await answer.JsonAsync();
    }

    private static async Task<JsonElement> PutAsync(HttpClient client, string name, string settings)
    {
        using var answer = await client.PutAsync($"namespaces/{name}", Json(settings));
        Assert.Equal(200, (int)answer.StatusCode);
        return await answer.JsonAsync();
    }

    private static async Task<string> StoreAsync(HttpClient client, string body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "memories") { Content = Json(body) };
        using var answer = await client.SendAsync(request.With("Idempotency-Key", key));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == 200, text);
        return text;
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    /// <summary>The bound holds at every seq of the log, not only between commits, and evictions say that they are.</summary>
    private async Task CheckLogAsync(string name)
    {
        var taken = await _host.Store.TakeEpochAsync(new NamespaceKey("default", name), TimeSpan.FromSeconds(1), default);
        var living = new HashSet<Coordinate>();
        var evicted = 0;
        for (var after = 0L; await _host.Store.ReadLogAsync(taken!.Id, after, 1000, default) is [.., var last] page; after = last.Seq)
        {
            foreach (var row in page)
            {
                _ = row.Op == LogOp.Put ? living.Add(row.Coordinate) : living.Remove(row.Coordinate);
                evicted += row.Reason == DeleteReasons.Evicted ? 1 : 0;
                Assert.True(living.Count <= MaxMemories, $"{living.Count} memories at seq {row.Seq}");
            }
        }

        Assert.True(evicted > Writers, $"{evicted} were evicted");
    }
}
