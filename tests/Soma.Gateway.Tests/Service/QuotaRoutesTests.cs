using System.Collections.Concurrent;
using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Service;

/// <summary>Quotas of namespaces and limits of keys, through HTTP and the whole product.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class QuotaRoutesTests(SharedSoma soma)
{
    private const int Writers = 64;
    private const int Quota = 50;
    private const int KeyLimit = 20;

    private readonly HttpClient _root = soma.Host.NewClient();

    [Fact]
    public async Task No_reader_ever_sees_one_memory_too_many_while_64_clients_write()
    {
        var name = SomaHost.NewNamespace("quota");
        using var root = soma.Host.NewClient(name);
        (await root.CallAsync(HttpMethod.Put, $"namespaces/{name}", $$"""{"quota_memories":{{Quota}}}""")).Ok();
        using var agent = soma.Host.NewClient(name, await MakeKeyAsync(name, $$"""{"memories":{{KeyLimit}}}"""));
        using var done = new CancellationTokenSource();
        var seen = new ConcurrentBag<int>();
        var readers = Enumerable.Range(0, 3).Select(_ => ReadAsync(root, seen, done.Token)).ToArray();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => WriteAsync(writer % 2 == 0 ? agent : root, writer)));
        await done.CancelAsync();
        await Task.WhenAll(readers);

        Assert.Equal(Quota, await CountAsync(root));
        Assert.Equal(Quota, seen.Max());
        await CheckLogAsync(root);
    }

    [Fact]
    public async Task Who_wrote_is_in_the_history_and_the_changes_and_in_a_fork()
    {
        var (name, copy) = (SomaHost.NewNamespace("who"), SomaHost.NewNamespace("who-copy"));
        var token = await MakeKeyAsync(name, "{}", "delete");
        using var root = soma.Host.NewClient(name);
        using var agent = soma.Host.NewClient(name, token);
        (await root.PostAnswerAsync("memories", """{"id":"a","payload":{"n":1}}""")).Ok();
        (await agent.PostAnswerAsync("memories", """{"id":"a","payload":{"n":2}}""")).Ok();
        (await agent.PostAnswerAsync("graph/link", """{"from_coord":"@a","to_coord":"@b"}""")).Ok();
        (await agent.PostAnswerAsync("memories/delete", """{"coords":["@a"]}""")).Ok();
        var by = (await agent.GetAnswerAsync("whoami")).Ok()["by"].GetString()!;

        Assert.Equal(["root", by, by, by], await ByAsync(root, "changes", "changes"));
        Assert.Equal([by, by, "root"], await ByAsync(root, "memories/@a/history", "versions"));
        (await root.PostAnswerAsync($"namespaces/{name}/fork", $$"""{"to":"{{copy}}","history":true}""")).Ok();
        using var forked = soma.Host.NewClient(copy);
        Assert.Equal(["root", by, by, by], await ByAsync(forked, "changes", "changes"));
        (await root.PostAnswerAsync($"namespaces/{name}/rewind", """{"as_of":2}""")).Ok();
        Assert.Equal(["root", by, by, by, "root"], await ByAsync(root, "changes", "changes"));
    }

    [Fact]
    public async Task Same_Idempotency_Key_of_two_keys_is_not_one()
    {
        var name = SomaHost.NewNamespace("apart");
        using var one = soma.Host.NewClient(name, await MakeKeyAsync(name, "{}"));
        using var other = soma.Host.NewClient(name, await MakeKeyAsync(name, "{}"));
        var first = await one.CallAsync(HttpMethod.Post, "memories", """{"id":"a","payload":{"n":1}}""", ("Idempotency-Key", "k"));
        Assert.Equal(1, first.Ok()["version"].GetInt32());
        Assert.Equal(1, (await one.CallAsync(HttpMethod.Post, "memories", """{"id":"a","payload":{"n":1}}""", ("Idempotency-Key", "k"))).Ok()["version"].GetInt32());
        Assert.Equal(2, (await other.CallAsync(HttpMethod.Post, "memories", """{"id":"a","payload":{"n":1}}""", ("Idempotency-Key", "k"))).Ok()["version"].GetInt32());
        // Another request under a key that somebody else has used is no conflict.
        (await other.CallAsync(HttpMethod.Post, "memories", """{"id":"b","payload":{"n":1}}""", ("Idempotency-Key", "k2"))).Ok();
        (await one.CallAsync(HttpMethod.Post, "memories", """{"id":"c","payload":{"n":1}}""", ("Idempotency-Key", "k2"))).Ok();
    }

    [Fact]
    public async Task Full_quota_is_507_with_its_name_its_value_and_how_to_change_it()
    {
        var name = SomaHost.NewNamespace("full");
        using var root = soma.Host.NewClient(name);
        var set = (await root.CallAsync(HttpMethod.Put, $"namespaces/{name}", """{"quota_memories":1,"quota_bytes":100}""")).Ok();
        Assert.Equal((1, 100), (set["quota_memories"].GetInt32(), set["quota_bytes"].GetInt32()));
        (await root.PostAnswerAsync("memories", """{"id":"a","payload":{"n":1}}""")).Ok();
        var refused = await root.PostAnswerAsync("memories", """{"id":"b","payload":{"n":1}}""");
        Assert.Equal(507, refused.Status);
        Assert.Equal(
            $"This namespace holds 1 memories of its quota of 1 (quota_memories), and the request would make it 2. Delete some, or raise the quota: PUT /namespaces/{name} {{\"quota_memories\":…}}",
            refused["detail"].GetString());
        Assert.Equal("Insufficient Storage", refused["title"].GetString());
        var batch = await root.PostAnswerAsync("memories/batch", """{"items":[{"id":"a","payload":{"n":2}},{"id":"b","payload":{}}]}""");
        Assert.Equal(507, batch.Status);
        Assert.Equal(1, (await root.GetAnswerAsync("memories/@a")).Ok()["memory", "version"].GetInt32());
        Assert.Equal(507, (await root.CallAsync(HttpMethod.Patch, "memories/@a", $$"""{"payload":{"text":"{{new string('a', 100)}}"} }""")).Status);
        (await root.CallAsync(HttpMethod.Put, $"namespaces/{name}", """{"quota_memories":2}""")).Ok();
        (await root.PostAnswerAsync("memories", """{"id":"b","payload":{"n":1}}""")).Ok();
    }

    [Fact]
    public async Task Requests_of_a_key_are_limited_over_all_routes_and_the_answer_names_the_limit()
    {
        var name = SomaHost.NewNamespace("minute");
        using var agent = soma.Host.NewClient(name, await MakeKeyAsync(name, """{"requests_per_minute":2}"""));
        Assert.Equal("1", (await agent.GetAnswerAsync("memories")).Header("RateLimit-Remaining"));
        (await agent.PostAnswerAsync("memories", """{"id":"a","payload":{}}""")).Ok();
        var refused = await agent.PostAnswerAsync("memories", """{"id":"b","payload":{}}""");
        Assert.Equal((429, "2"), (refused.Status, refused.Header("RateLimit-Limit")));
        Assert.Contains("2 requests a minute with this key (limits.requests_per_minute)", refused["detail"].GetString());
        Assert.Contains("POST /memories/batch", refused["detail"].GetString());
    }

    private static async Task WriteAsync(HttpClient client, int writer)
    {
        for (var i = 0; i < 10; i++)
        {
            var answer = i % 3 == 2
                ? await client.PostAnswerAsync("memories/batch", """{"items":[{"payload":{"text":"tea"}},{"payload":{"text":"tea"}}]}""")
                : await client.PostAnswerAsync("memories", $$$"""{"id":"{{{writer}}}-{{{i}}}","payload":{"text":"tea"}}""");
            Assert.True(answer.Status is 200 or 507, answer.Text);
        }

        // Some room again, which others use.
        if (writer % 4 == 1)
        {
            await client.DeleteAnswerAsync($"memories/@{writer}-0");
        }

        for (var i = 10; i < 14; i++)
        {
            await client.PostAnswerAsync("memories", $$$"""{"id":"{{{writer}}}-{{{i}}}","payload":{"text":"tea"}}""");
        }
    }

    private static async Task ReadAsync(HttpClient client, ConcurrentBag<int> seen, CancellationToken done)
    {
        await Task.Yield();
        while (!done.IsCancellationRequested)
        {
            seen.Add(await CountAsync(client));
        }
    }

    private static async Task<int> CountAsync(HttpClient client) => (await client.GetAnswerAsync("memories?limit=1000")).Ok()["memories"].GetArrayLength();

    /// <summary>Neither the quota nor the key's limit is exceeded at any seq.</summary>
    private static async Task CheckLogAsync(HttpClient client)
    {
        var living = new Dictionary<string, string>();
        var most = 0;
        for (var after = 0L; ;)
        {
            var page = (await client.GetAnswerAsync($"changes?after={after}&limit=1000")).Ok();
            if (page["changes"].GetArrayLength() == 0)
            {
                break;
            }

            foreach (var change in page["changes"].EnumerateArray())
            {
                var coord = change.GetProperty("coord").GetString()!;
                living.Remove(coord);
                if (change.GetProperty("op").GetString() == "put")
                {
                    living[coord] = change.GetProperty("by").GetString()!;
                }

                most = Math.Max(most, living.Count(memory => memory.Value != "root"));
                Assert.InRange(living.Count, 0, Quota);
            }

            after = page["next_after"].GetInt64();
        }

        Assert.InRange(most, 1, KeyLimit);
    }

    private static async Task<string[]> ByAsync(HttpClient client, string path, string list) =>
        [.. (await client.GetAnswerAsync(path)).Ok()[list].EnumerateArray().Select(each => each.GetProperty("by").GetString()!)];

    private async Task<string> MakeKeyAsync(string space, string limits, string scope = "write") => (await _root.PostAnswerAsync(
        "keys", $$"""{"name":"agent","namespaces":["{{space}}"],"scopes":["read","write","{{scope}}"],"limits":{{limits}}}""")).Ok()["key"].GetString()!;
}
