using Soma.Gateway.Tests.Hosting;
using Soma.Testing.Following;

namespace Soma.Gateway.Tests.Namespaces;

/// <summary>Namespaces as things, over HTTP.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class NamespacesTests(SharedSoma soma) : IDisposable
{
    private readonly string _tenant = SomaHost.NewNamespace("tenant");
    private readonly List<HttpClient> _clients = [];

    [Fact]
    public async Task Namespaces_of_a_tenant_are_listed_by_name_with_their_numbers()
    {
        foreach (var name in new[] { "b", "a", "ab" })
        {
            (await In(name).PostAnswerAsync("memories", """{"coord":"1","payload":{"a":1},"memory_type":"semantic"}""")).Ok();
        }

        (await In("b").DeleteAnswerAsync("memories/1")).Ok();

        var all = (await In("a").GetAnswerAsync("namespaces")).Ok();
        var page = (await In("a").GetAnswerAsync("namespaces?limit=1&prefix=a")).Ok();
        var rest = (await In("a").GetAnswerAsync($"namespaces?limit=1&prefix=a&cursor={page["next_cursor"].GetString()}")).Ok();

        Assert.Equal(["a", "ab", "b"], Names(all));
        var (a, b) = (all["namespaces"][0], all["namespaces"][2]);
        Assert.Equal((1, 1, 7, 1), (a.GetProperty("total").GetInt32(), a.GetProperty("semantic").GetInt32(), a.GetProperty("bytes").GetInt32(), a.GetProperty("head_seq").GetInt32()));
        Assert.Equal((0, 2), (b.GetProperty("total").GetInt32(), b.GetProperty("head_seq").GetInt32()));
        Assert.Equal(_tenant, a.GetProperty("tenant").GetString());
        Assert.True(string.CompareOrdinal(b.GetProperty("created_at").GetString(), b.GetProperty("last_write_at").GetString()) < 0);
        Assert.Equal("a ab", string.Join(' ', [.. Names(page), .. Names(rest)]));
        Assert.Null(rest["next_cursor"].GetString());
    }

    [Fact]
    public async Task A_deleted_namespace_is_gone_from_everything_and_its_name_begins_anew_at_seq_one()
    {
        var client = In("gone");
        (await client.CallAsync(HttpMethod.Put, "namespaces/gone", """{"embedder":"none"}""")).Ok();
        (await client.PostAnswerAsync("memories", """{"coord":"1","payload":{"text":"blue kettle"}}""", ("Idempotency-Key", "k"))).Ok();
        (await client.PostAnswerAsync("graph/link", """{"from_coord":"1","to_coord":"2"}""")).Ok();
        var log = (await client.GetAnswerAsync("changes")).Ok()["log"].GetString();
        using var stream = await EventStream.OpenAsync(client, "changes?after=2");
        Assert.Equal("log", (await stream.ReadAsync())!.Name);

        var deleted = (await client.DeleteAnswerAsync("namespaces/gone?confirm=gone")).Ok();

        Assert.Equal($$"""{"name":"gone","tenant":"{{_tenant}}","deleted":true,"head_seq":2}""", deleted.Text);
        Assert.Equal(404, (await client.GetAnswerAsync("memories/1")).Status);
        Assert.Empty((await client.GetAnswerAsync("memories")).Ok()["memories"].EnumerateArray());
        Assert.Empty((await client.PostAnswerAsync("memories/search", """{"query":"blue kettle"}""")).Ok()["memories"].EnumerateArray());
        Assert.Empty((await client.GetAnswerAsync("graph/neighbors?coord=1")).Ok()["neighbors"].EnumerateArray());
        Assert.Empty(Names((await client.GetAnswerAsync("namespaces")).Ok()));
        Assert.Equal(410, (await client.GetAnswerAsync("changes?after=2")).Status);
        Assert.Equal("reset", (await stream.ReadAsync())!.Name);
        Assert.Null(await stream.ReadAsync());
        Assert.Null((await client.GetAnswerAsync("namespaces/gone")).Ok()["embedder"].GetString());
        Assert.Equal(404, (await client.DeleteAnswerAsync("namespaces/gone?confirm=gone")).Status);

        // The receipt of the first store is gone too: the same key stores again.
        var again = (await client.PostAnswerAsync("memories", """{"coord":"1","payload":{"text":"blue kettle"}}""", ("Idempotency-Key", "k"))).Ok();
        Assert.Equal((1, 1), (again["seq"].GetInt32(), again["version"].GetInt32()));
        Assert.NotEqual(log, (await client.GetAnswerAsync("changes")).Ok()["log"].GetString());
    }

    [Fact]
    public async Task Writers_beside_a_deletion_write_before_it_or_into_the_next_namespace()
    {
        var client = In("busy");
        (await client.PostAnswerAsync("memories", """{"id":"first","payload":{}}""")).Ok();
        var writers = Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var seqs = new List<long>();
            for (var i = 0; i < 25; i++)
            {
                seqs.Add((await client.PostAnswerAsync("memories", $$"""{"id":"{{writer}}-{{i}}","payload":{} }""")).Ok()["seq"].GetInt64());
            }

            return seqs;
        })).ToArray();
        await client.PostAnswerAsync("memories", """{"id":"second","payload":{}}""");

        (await client.DeleteAnswerAsync("namespaces/busy?confirm=busy")).Ok();
        await Task.WhenAll(writers);

        Assert.Equal(404, (await client.GetAnswerAsync("memories/@first")).Status);
        var left = (await client.GetAnswerAsync("changes?limit=1000")).Ok()["changes"].EnumerateArray().Select(change => change.GetProperty("seq").GetInt64()).ToArray();
        Assert.Equal(Enumerable.Range(1, left.Length).Select(seq => (long)seq), left);
        Assert.Equal(left.Length, (await client.GetAnswerAsync("memories?limit=1000")).Ok()["memories"].GetArrayLength());
    }

    [Theory]
    [InlineData("namespaces/kept", 422)]
    [InlineData("namespaces/kept?confirm=other", 422)]
    [InlineData("namespaces/unknown?confirm=unknown", 404)]
    [InlineData("namespaces/a%20b?confirm=a", 400)]
    public async Task A_namespace_is_not_deleted_by_mistake(string target, int status)
    {
        (await In("kept").PostAnswerAsync("memories", """{"coord":"1","payload":{}}""")).Ok();

        Assert.Equal(status, (await In("kept").DeleteAnswerAsync(target)).Status);

        (await In("kept").GetAnswerAsync("memories/1")).Ok();
    }

    public void Dispose() => _clients.ForEach(client => client.Dispose());

    private static string[] Names(Answer answer) => [.. answer["namespaces"].EnumerateArray().Select(one => one.GetProperty("name").GetString()!)];

    private HttpClient In(string name)
    {
        var client = soma.Host.NewClient(name);
        client.DefaultRequestHeaders.Add("X-Soma-Tenant", _tenant);
        _clients.Add(client);
        return client;
    }
}
