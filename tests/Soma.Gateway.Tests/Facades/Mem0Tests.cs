using System.Text.Json;
using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Mem0;

/// <summary>mem0's paths on the product itself, with the requests that its clients send.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class Mem0Tests(SharedSoma soma)
{
    private HttpClient NewClient() => soma.Host.NewClient(SomaHost.NewNamespace("mem0"));

    [Theory]
    [InlineData("")]
    [InlineData("/mem0")]
    public async Task What_is_added_is_listed_found_changed_and_deleted(string prefix)
    {
        using var client = NewClient();

        var added = await AddAsync(client, "I drink oat milk in my coffee", "alice", prefix);
        var id = added.GetProperty("results")[0].GetProperty("id").GetString();
        Assert.Equal(id, added.GetProperty("event_id").GetString());

        var found = await OkAsync(client, HttpMethod.Post, $"{prefix}/v3/memories/search/", """{"query":"oat milk coffee","filters":{"user_id":"alice"}}""");
        Assert.True(Assert.Single(found.GetProperty("results").EnumerateArray()).GetProperty("score").GetDouble() > 0);

        await OkAsync(client, HttpMethod.Put, $"{prefix}/v1/memories/{id}/", """{"text":"I drink soy milk","metadata":{"a":1}}""");
        await OkAsync(client, HttpMethod.Put, $"{prefix}/v1/memories/{id}/", """{"metadata":{"b":{"c":2}}}""");
        var read = await OkAsync(client, HttpMethod.Get, $"{prefix}/v1/memories/{id}/");
        Assert.Equal("I drink soy milk", read.GetProperty("memory").GetString());
        Assert.Equal("""{"b":{"c":2}}""", read.GetProperty("metadata").GetRawText());

        var history = await OkAsync(client, HttpMethod.Get, $"{prefix}/v1/memories/{id}/history/");
        Assert.Equal(["ADD", "UPDATE", "UPDATE"], history.EnumerateArray().Select(change => change.GetProperty("event").GetString()));

        await OkAsync(client, HttpMethod.Delete, $"{prefix}/v1/memories/{id}/");
        Assert.Equal(404, (await client.GetAnswerAsync($"{prefix}/v1/memories/{id}/")).Status);
        Assert.Equal(404, (await client.DeleteAnswerAsync($"{prefix}/v1/memories/{id}/")).Status);
        Assert.Equal(400, (await client.GetAnswerAsync($"{prefix}/v1/memories/no-uuid/")).Status);
    }

    [Fact]
    public async Task An_open_question_finds_what_is_known_unless_a_threshold_cuts_it()
    {
        using var client = NewClient();
        await AddAsync(client, "I work as a software engineer at Acme Corp.", "alice");

        var found = await OkAsync(client, HttpMethod.Post, "/v3/memories/search/", """{"query":"What do you know about me?","filters":{"user_id":"alice"}}""");
        var cut = await OkAsync(client, HttpMethod.Post, "/v3/memories/search/", """{"query":"What do you know about me?","filters":{"user_id":"alice"},"threshold":0.9}""");

        Assert.Equal(1, found.GetProperty("results").GetArrayLength());
        Assert.Equal(0, cut.GetProperty("results").GetArrayLength());
    }

    [Theory]
    [InlineData("alice", "bob")]
    [InlineData("2026-03-01T12:00:00+05:00", "2026-03-01T07:00:00Z")]
    [InlineData("7", "=7")]
    [InlineData("*a", "*")]
    public async Task A_memory_of_one_user_is_never_anothers(string one, string other)
    {
        using var client = NewClient();
        await AddAsync(client, "the canary sings at noon", one);

        // The id * stands for any user in filters, so nothing can be asked for a user of that name alone.
        var count = other == "*" ? 1 : 0;
        var filter = JsonSerializer.Serialize(new { filters = new { user_id = other }, query = "canary sings noon", threshold = 0 });
        var found = await OkAsync(client, HttpMethod.Post, "/v3/memories/search/", filter);
        var listed = await OkAsync(client, HttpMethod.Post, "/v3/memories/", filter);
        Assert.Equal(count, found.GetProperty("results").GetArrayLength());
        Assert.Equal(count, listed.GetProperty("count").GetInt32());
        Assert.Equal(400, (await client.PostAnswerAsync("/v3/memories/", "{}")).Status);
        if (count == 0)
        {
            await OkAsync(client, HttpMethod.Delete, $"/v1/memories/?user_id={Uri.EscapeDataString(other)}");
            var own = await OkAsync(client, HttpMethod.Post, "/v3/memories/", JsonSerializer.Serialize(new { filters = new { user_id = one } }));
            Assert.Equal(1, own.GetProperty("count").GetInt32());
        }
    }

    [Fact]
    public async Task A_retry_is_applied_once_and_writers_at_once_lose_nothing()
    {
        using var client = NewClient();
        const string Body = """{"messages":[{"role":"user","content":"once"}],"user_id":"retry"}""";
        var first = await client.CallAsync(HttpMethod.Post, "/v3/memories/add/", Body, ("Idempotency-Key", "k1"));
        var second = await client.CallAsync(HttpMethod.Post, "/v3/memories/add/", Body, ("Idempotency-Key", "k1"));
        Assert.Equal(first.Text, second.Text);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => AddAsync(client, $"note {i}", "retry")));

        var listed = await OkAsync(client, HttpMethod.Post, "/v3/memories/?page=1&page_size=30", """{"filters":{"user_id":"retry"}}""");
        Assert.Equal(41, listed.GetProperty("count").GetInt32());
        Assert.Equal(30, listed.GetProperty("results").GetArrayLength());
        var rest = await OkAsync(client, HttpMethod.Post, "/v3/memories/?page=2&page_size=30", """{"filters":{"user_id":"retry"}}""");
        Assert.Equal(11, rest.GetProperty("results").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"AND":[{"user_id":"u"},{"metadata":{"kind":"tea"}}]}""", 1)]
    [InlineData("""{"OR":[{"agent_id":"x"},{"user_id":{"in":["u","v"]}}]}""", 2)]
    [InlineData("""{"user_id":"*","NOT":{"metadata":{"kind":"tea"}}}""", 1)]
    [InlineData("""{"user_id":"u","metadata":{"kind":{"ne":"tea"}}}""", 1)]
    [InlineData("""{"user_id":"u","created_at":{"gte":"2020-01-01"}}""", 2)]
    [InlineData("""{"user_id":"u","keywords":{"contains":"green"}}""", 1)]
    public async Task Filters_of_mem0_are_those_of_soma(string filters, int count)
    {
        using var client = NewClient();
        await OkAsync(client, HttpMethod.Post, "/v3/memories/add/", """{"messages":"green tea","user_id":"u","metadata":{"kind":"tea"}}""");
        await OkAsync(client, HttpMethod.Post, "/v3/memories/add/", """{"messages":"black coffee","user_id":"u","metadata":{"kind":"coffee"}}""");

        var listed = await OkAsync(client, HttpMethod.Post, "/v3/memories/", $$"""{"filters":{{filters}}}""");

        Assert.Equal(count, listed.GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData("""{"filters":{"user_id":"u","colour":"red"}}""", 400)]
    [InlineData("""{"filters":{"user_id":"u","keywords":{"icontains":"x"}}}""", 501)]
    [InlineData("""{"filters":{"user_id":"u"},"show_expired":true}""", 501)]
    [InlineData("""{"filters":{"OR":[{"user_id":"u"},{"keywords":{"contains":"x"}}]}}""", 400)]
    [InlineData("""{"filters":{"user_id":"u"},"filters":{}}""", 400)]
    public async Task A_list_that_cannot_be_made_says_why(string body, int status)
    {
        using var client = NewClient();

        var answer = await client.PostAnswerAsync("/v3/memories/", body);

        Assert.Equal(status, answer.Status);
        using var json = JsonDocument.Parse(answer.Text);
        Assert.NotEmpty(json.RootElement.GetProperty("detail").GetString()!);
        Assert.NotEmpty(json.RootElement.GetProperty("error").GetString()!);
    }

    [Fact]
    public async Task A_key_comes_as_a_token_on_the_paths_of_mem0_alone()
    {
        using var client = soma.Host.NewAnonymousClient();

        var good = await client.CallAsync(HttpMethod.Get, "/v1/ping/", null, ("Authorization", $"Token {SomaHost.Token}"));
        var bad = await client.CallAsync(HttpMethod.Get, "/v1/ping/", null, ("Authorization", "Token wrong"));
        var elsewhere = await client.CallAsync(HttpMethod.Get, "/memories", null, ("Authorization", $"Token {SomaHost.Token}"));

        Assert.Equal(200, good.Status);
        Assert.Contains("\"status\":\"ok\"", good.Text);
        Assert.Equal(403, bad.Status);
        Assert.Equal(401, elsewhere.Status);
    }

    [Fact]
    public async Task A_batch_is_applied_whole_or_not_at_all()
    {
        using var client = NewClient();
        var added = await OkAsync(client, HttpMethod.Post, "/v3/memories/add/", """{"messages":[{"role":"user","content":"one"},{"role":"assistant","content":"two"}],"user_id":"u"}""");
        var ids = added.GetProperty("results").EnumerateArray().Select(one => one.GetProperty("id").GetString()!).ToArray();
        var missing = Guid.NewGuid().ToString();

        var refused = await client.CallAsync(HttpMethod.Put, "/v1/batch/", new { memories = new[] { new { memory_id = ids[0], text = "changed" }, new { memory_id = missing, text = "x" } } });
        var kept = await OkAsync(client, HttpMethod.Get, $"/v1/memories/{ids[0]}/");
        Assert.Equal(404, refused.Status);
        Assert.Equal("one", kept.GetProperty("memory").GetString());

        await OkAsync(client, HttpMethod.Put, "/v1/batch/", JsonSerializer.Serialize(new { memories = ids.Select(id => new { memory_id = id, text = "changed" }) }));
        await OkAsync(client, HttpMethod.Delete, "/v1/batch/", JsonSerializer.Serialize(new { memories = ids.Select(id => new { memory_id = id }) }));
        var listed = await OkAsync(client, HttpMethod.Post, "/v3/memories/", """{"filters":{"user_id":"u"}}""");
        Assert.Equal(0, listed.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task An_event_is_what_one_request_added()
    {
        using var client = NewClient();
        var first = await OkAsync(client, HttpMethod.Post, "/v3/memories/add/", """{"messages":[{"role":"user","content":"one"},{"role":"assistant","content":"two"}],"user_id":"u"}""");
        var second = await AddAsync(client, "three", "v");

        var newest = await OkAsync(client, HttpMethod.Get, "/v1/events/?page=1&page_size=1");
        var oldest = await OkAsync(client, HttpMethod.Get, "/v1/events/?page=2&page_size=1");
        var one = await OkAsync(client, HttpMethod.Get, $"/v1/event/{first.GetProperty("event_id").GetString()}/");

        Assert.Equal(2, newest.GetProperty("count").GetInt32());
        Assert.Equal(second.GetProperty("event_id").GetString(), Assert.Single(newest.GetProperty("results").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal(["one", "two"], Assert.Single(oldest.GetProperty("results").EnumerateArray()).GetProperty("results").EnumerateArray().Select(memory => memory.GetProperty("memory").GetString()));
        Assert.Equal(2, one.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task The_servers_paths_stand_under_mem0()
    {
        using var client = NewClient();
        var added = await OkAsync(client, HttpMethod.Post, "/mem0/memories", """{"messages":[{"role":"user","content":"tulips are red"}],"user_id":"a/b c","infer":false}""");
        var id = added.GetProperty("results")[0].GetProperty("id").GetString();

        Assert.Equal("null", (await client.GetAnswerAsync($"/mem0/memories/{Guid.NewGuid()}")).Text);
        Assert.Equal("tulips are red", (await OkAsync(client, HttpMethod.Get, $"/mem0/memories/{id}")).GetProperty("memory").GetString());
        Assert.Equal(1, (await OkAsync(client, HttpMethod.Post, "/mem0/search", """{"query":"red tulips","user_id":"a/b c"}""")).GetProperty("results").GetArrayLength());
        var entity = Assert.Single((await OkAsync(client, HttpMethod.Get, "/mem0/entities")).EnumerateArray());
        Assert.Equal("a/b c", entity.GetProperty("id").GetString());
        await OkAsync(client, HttpMethod.Delete, "/v2/entities/user/a%2Fb%20c/");
        Assert.Empty((await OkAsync(client, HttpMethod.Get, "/mem0/entities")).EnumerateArray());
        Assert.Equal(501, (await client.PostAnswerAsync("/mem0/reset", "{}")).Status);
    }

    private static Task<JsonElement> AddAsync(HttpClient client, string text, string user, string prefix = "") =>
        OkAsync(client, HttpMethod.Post, $"{prefix}/v3/memories/add/", JsonSerializer.Serialize(new { messages = new[] { new { role = "user", content = text } }, user_id = user }));

    private static async Task<JsonElement> OkAsync(HttpClient client, HttpMethod method, string target, string? body = null)
    {
        var answer = await client.CallAsync(method, target, body);
        Assert.True(answer.Status == 200, $"{method} {target}: {answer.Status} {answer.Text}");
        return JsonDocument.Parse(answer.Text).RootElement.Clone();
    }
}
