using System.Text.Json;
using Soma.Gateway.Tests.Hosting;
using Soma.Testing;

namespace Soma.Gateway.Tests.LangGraph;

/// <summary>LangGraph's store on the product itself, with the requests that its clients send.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class LangGraphTests(SharedSoma soma)
{
    private HttpClient NewClient() => soma.Host.NewClient(SomaHost.NewNamespace("langgraph"));

    [Fact]
    public async Task An_item_is_put_read_replaced_and_deleted()
    {
        using var client = NewClient();
        await client.PutAsync(["users", "ada"], "a diet/ü", """{"text":"no nuts","n":1.0,"none":null}""");
        var first = await client.GetItemAsync("users.ada", "a diet/ü");
        await client.PutAsync(["users", "ada"], "a diet/ü", """{"text":"no milk"}""");
        var second = await client.GetItemAsync("users.ada", "a diet/ü");

        Assert.Equal("""{"namespace":["users","ada"],"key":"a diet/ü","value":{"text":"no nuts","n":1.0,"none":null}""", first.GetRawText().Split(",\"created_at\"")[0]);
        Assert.Equal("""{"text":"no milk"}""", second.GetProperty("value").GetRawText());
        Assert.Equal(first.GetProperty("created_at").GetString(), second.GetProperty("created_at").GetString());
        // Clients compare whole milliseconds.
        Assert.True(Milliseconds(second) > Milliseconds(first));
        for (var i = 0; i < 2; i++)
        {
            var deleted = await client.CallAsync(HttpMethod.Delete, "/store/items", """{"namespace":["users","ada"],"key":"a diet/ü"}""");
            Assert.Equal((204, ""), (deleted.Status, deleted.Text));
        }

        var missing = await client.GetAnswerAsync("/store/items?namespace=users.ada&key=a%20diet%2F%C3%BC");
        Assert.Equal((200, "null"), (missing.Status, missing.Text));
    }

    [Fact]
    public async Task An_item_is_the_memory_that_the_libraries_write()
    {
        using var client = NewClient();
        using var table = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "clients", "langgraph-ids.json")));
        foreach (var row in table.RootElement.EnumerateArray())
        {
            string[] labels = [.. row.GetProperty("namespace").EnumerateArray().Select(label => label.GetString()!)];
            var key = row.GetProperty("key").GetString()!;
            await client.PutAsync(labels, key, """{"text":"x"}""");

            var stored = await client.GetAnswerAsync($"/memories/@{Uri.EscapeDataString(row.GetProperty("id").GetString()!)}");
            Assert.Equal(200, stored.Status);
            using var memory = JsonDocument.Parse(stored.Text);
            var payload = memory.RootElement.GetProperty("memory").GetProperty("payload");
            Assert.Equal(["prefixes", "namespace", "key", "value", "indexed"], payload.EnumerateObject().Select(member => member.Name));
            Assert.True(JsonElement.DeepEquals(row.GetProperty("prefixes"), payload.GetProperty("prefixes")));
            Assert.Contains(key, await client.FindAsync(labels, "{}"));
        }
    }

    [Fact]
    public async Task Items_that_a_library_has_written_are_read_and_memories_that_are_no_items_are_not()
    {
        using var client = NewClient();
        await client.PostAnswerAsync("/memories", """{"coord":"@store/a/k","payload":{"prefixes":["/","/a/"],"namespace":["a"],"key":"k","value":{"n":1},"indexed":false}}""");
        await client.PostAnswerAsync("/memories", """{"coord":"@store/a/broken","payload":{"prefixes":["/","/a/"],"namespace":[1],"key":"k"}}""");
        await client.PostAnswerAsync("/memories", """{"payload":{"text":"no item"}}""");

        Assert.Equal(1, (await client.GetItemAsync("a", "k")).GetProperty("value").GetProperty("n").GetInt32());
        Assert.Equal(["k"], await client.FindAsync([], "{}"));
        Assert.Equal("""{"namespaces":[["a"]]}""", (await client.PostAnswerAsync("/store/namespaces", "{}")).Text);
        Assert.Equal("null", (await client.GetAnswerAsync("/store/items?namespace=a&key=broken")).Text);
    }

    [Fact]
    public async Task An_item_of_one_user_is_never_anothers()
    {
        using var client = NewClient();
        string[][] others = [["users", "ada2"], ["users", "ad"], ["users", "ada", "x"], ["users", "ada%2Fx"], ["users", "ada/x"], ["users2", "ada"], ["ada", "users"]];
        foreach (var labels in others)
        {
            await client.PutAsync(labels, "canary", """{"text":"the canary sings at noon"}""");
        }

        await client.PutAsync(["users", "ada"], "own", """{"text":"a canary of my own"}""");

        Assert.Equal(["canary", "own"], await client.FindAsync(["users", "ada"], """{"query":"canary sings noon"}"""));
        Assert.Equal(["canary"], await client.FindAsync(["users", "ada/x"], """{"query":"canary"}"""));
        Assert.Equal("null", (await client.GetAnswerAsync("/store/items?namespace=users.ada&key=canary")).Text);
        await client.CallAsync(HttpMethod.Delete, "/store/items", """{"namespace":["users","ada"],"key":"canary"}""");
        Assert.Equal(others.Length, (await client.FindAsync([], """{"filter":{"text":"the canary sings at noon"},"limit":100}""")).Count);

        using var elsewhere = NewClient();
        Assert.Empty(await elsewhere.FindAsync([], """{"query":"canary"}"""));
    }

    [Theory]
    [InlineData("""{"kind":"tea"}""", "1 3")]
    [InlineData("""{"n":1}""", "1")]
    [InlineData("""{"n":{"$gt":1}}""", "2 3")]
    [InlineData("""{"n":{"$gte":2,"$lt":3},"kind":"coffee"}""", "2")]
    [InlineData("""{"n":{"$lte":2},"kind":{"$ne":"tea"}}""", "2")]
    [InlineData("""{"n":{"$in":[1,3]}}""", "1 3")]
    [InlineData("""{"n":{"$nin":[1,3]}}""", "2 4")]
    [InlineData("""{"n":{"$exists":false}}""", "4")]
    [InlineData("""{"o":{"p":{"q":1}}}""", "4")]
    [InlineData("""{"o":{"$eq":{"p":{"q":2}}}}""", "")]
    [InlineData("""{"b":true}""", "3")]
    [InlineData("""{"list":["a","b"]}""", "4")]
    [InlineData("""{"it's":"(odd) *"}""", "4")]
    public async Task A_filter_passes_what_meets_all_its_conditions(string filter, string keys)
    {
        using var client = NewClient();
        await client.PutAsync(["d"], "1", """{"n":1,"kind":"tea"}""");
        await client.PutAsync(["d"], "2", """{"n":2,"kind":"coffee"}""");
        await client.PutAsync(["d"], "3", """{"n":3,"kind":"tea","b":true}""");
        await client.PutAsync(["d"], "4", """{"o":{"p":{"q":1}},"list":["a","b"],"it's":"(odd) *"}""");

        Assert.Equal(keys, string.Join(' ', await client.FindAsync(["d"], $$"""{"filter":{{filter}}}""")));
    }

    [Fact]
    public async Task A_query_ranks_and_items_that_it_does_not_find_fill_up_the_rest_unscored()
    {
        using var client = NewClient();
        await client.PutAsync(["d"], "raw", """{"text":"The cat is not indexed"}""", "\"index\":false");
        await client.PutAsync(["d"], "cat", """{"text":"The cat sleeps on the sofa"}""", "\"index\":null,\"ttl\":null");
        await client.PutAsync(["d"], "tax", """{"text":"The tax return is due in May"}""");
        await client.PutAsync(["d"], "deep", """{"parts":[{"t":"irrelevant"},{"t":"sleeping cats"}],"text":"numbers"}""", "\"index\":[\"{none,parts}[-1].t\"]");

        var all = await client.SearchAsync(["d"], """{"query":"a sleeping cat"}""");

        Assert.Equal(4, all.Count);
        Assert.Equal(["cat", "deep"], all.Take(2).Select(KeyOf).Order());
        Assert.True(all[0].GetProperty("score").GetDouble() >= all[1].GetProperty("score").GetDouble());
        Assert.False(all.Single(item => KeyOf(item) == "raw").TryGetProperty("score", out _));
        var second = await client.SearchAsync(["d"], """{"query":"a sleeping cat","limit":1,"offset":1}""");
        Assert.Equal(KeyOf(all[1]), KeyOf(Assert.Single(second)));
        var rest = await client.SearchAsync(["d"], """{"query":"a sleeping cat","limit":10,"offset":2}""");
        Assert.Equal(all.Skip(2).Select(KeyOf), rest.Select(KeyOf));
    }

    [Fact]
    public async Task A_lifetime_begins_anew_only_when_a_read_asks_for_it()
    {
        using var client = NewClient();
        await client.PutAsync(["a"], "k", "{}", "\"ttl\":60");
        await client.PutAsync(["a"], "other", "{}");
        async Task<DateTimeOffset> EndAsync()
        {
            using var memory = JsonDocument.Parse((await client.GetAnswerAsync("/memories/@store%2Fa%2Fk")).Text);
            return memory.RootElement.GetProperty("memory").GetProperty("expires_at").GetDateTimeOffset();
        }

        var put = await EndAsync();
        await client.GetItemAsync("a", "k");
        await client.FindAsync(["a"], """{"refresh_ttl":false}""");
        Assert.Equal(put, await EndAsync());
        Assert.Equal(204, (await client.CallAsync(HttpMethod.Put, "/store/items", """{"namespace":["a"],"key":"k","value":{},"ttl":0.5}""")).Status);
        var shorter = await EndAsync();
        Assert.True(shorter < put);
        var item = await client.GetAnswerAsync("/store/items?namespace=a&key=k&refresh_ttl=true");
        var read = await EndAsync();
        await client.FindAsync(["a"], """{"refresh_ttl":true}""");
        var found = await EndAsync();

        Assert.Equal(200, item.Status);
        Assert.True(shorter < read && read < found);
    }

    [Fact]
    public async Task Namespaces_are_sorted_cut_and_matched()
    {
        using var client = NewClient();
        foreach (var labels in (string[][])[["docs", "b", "c"], ["docs", "a"], ["notes", "b"], ["docs", "a", "x"]])
        {
            await client.PutAsync(labels, "k", "{}");
        }

        async Task<string> ListAsync(string body) => (await client.PostAnswerAsync("/store/namespaces", body)).Text;
        Assert.Equal("""{"namespaces":[["docs","a"],["docs","a","x"],["docs","b","c"],["notes","b"]]}""", await ListAsync("""{"prefix":null}"""));
        Assert.Equal("""{"namespaces":[["docs","a"],["docs","b"],["notes","b"]]}""", await ListAsync("""{"max_depth":2}"""));
        Assert.Equal("""{"namespaces":[["notes"]]}""", await ListAsync("""{"max_depth":1,"limit":1,"offset":1}"""));
        Assert.Equal("""{"namespaces":[["docs","a"],["docs","a","x"],["docs","b","c"]]}""", await ListAsync("""{"prefix":["docs"]}"""));
        Assert.Equal("""{"namespaces":[["docs","b","c"],["notes","b"]]}""", await ListAsync("""{"prefix":["*","b"]}"""));
        Assert.Equal("""{"namespaces":[["notes","b"]]}""", await ListAsync("""{"suffix":["b"]}"""));
        Assert.Equal("""{"namespaces":[["docs","a","x"],["docs","b","c"]]}""", await ListAsync("""{"prefix":["docs"],"suffix":["*","*","*"]}"""));
    }

    [Fact]
    public async Task A_retry_is_applied_once_and_writers_at_once_lose_nothing()
    {
        using var client = NewClient();
        const string Body = """{"namespace":["w"],"key":"once","value":{"n":1}}""";
        var first = await client.CallAsync(HttpMethod.Put, "/store/items", Body, ("Idempotency-Key", "k1"));
        var second = await client.CallAsync(HttpMethod.Put, "/store/items", Body, ("Idempotency-Key", "k1"));
        var other = await client.CallAsync(HttpMethod.Put, "/store/items", Body.Replace("1", "2", StringComparison.Ordinal), ("Idempotency-Key", "k1"));
        Assert.Equal((204, 204, 409), (first.Status, second.Status, other.Status));
        Assert.Equal(first.Headers.GetValues("X-Soma-Seq"), second.Headers.GetValues("X-Soma-Seq"));

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => client.PutAsync(["w", $"{i % 4}"], $"{i}", $$"""{"n":{{i}}}""")));

        Assert.Equal(41, (await client.FindAsync(["w"], """{"limit":100}""")).Count);
        Assert.Equal(10, (await client.FindAsync(["w", "3"], """{"limit":100}""")).Count);
        Assert.Equal(11, (await client.FindAsync(["w"], """{"limit":30,"offset":30}""")).Count);
    }

    [Theory]
    [InlineData("PUT", "/store/items", """{"namespace":[],"key":"k","value":{}}""", 400, "at least one label")]
    [InlineData("PUT", "/store/items", """{"namespace":[""],"key":"k","value":{}}""", 422, "label")]
    [InlineData("PUT", "/store/items", """{"namespace":["a.b"],"key":"k","value":{}}""", 422, "dot")]
    [InlineData("PUT", "/store/items", """{"namespace":["langgraph","a"],"key":"k","value":{}}""", 422, "LangGraph's own")]
    [InlineData("PUT", "/store/items", """{"namespace":["a"],"key":"k","value":[]}""", 422, "object")]
    [InlineData("PUT", "/store/items", """{"namespace":["a"],"key":"k","value":{},"index":true}""", 422, "list of paths")]
    [InlineData("PUT", "/store/items", """{"namespace":["a"],"key":"k","value":{},"ttl":0}""", 422, "more than 0 minutes")]
    [InlineData("PUT", "/store/items", """{"namespace":["a"],"key":"k","value":{"t":"a\u0000"}}""", 422, "U+0000")]
    [InlineData("PUT", "/store/items", """{"namespace":["a"],"key":"k","value":{},"indx":false}""", 422, "did you mean index?")]
    [InlineData("PUT", "/store/items", """{"namespace":["a"],"key":"k","value":{"a":{"a":{"a":{"a":"xxxxxxxxxxxxxxxx"}}}},"index":["{a,*,a,*,a,*,a,*}.{a,*,a,*,a,*,a,*}.{a,*,a,*,a,*,a,*}.{a,*,a,*,a,*,a,*}"]}""", 422, "too often")]
    [InlineData("GET", "/store/items?namespace=&key=k", null, 400, "at least one label")]
    [InlineData("GET", "/store/items?namespace=a..b&key=k", null, 422, "label")]
    [InlineData("GET", "/store/items?namespace=a", null, 422, "key")]
    [InlineData("POST", "/store/items/search", """{"namespace_prefix":["a"],"filter":{"n":{"$near":1}}}""", 422, "'$near' is no operator")]
    [InlineData("POST", "/store/items/search", """{"namespace_prefix":["a"],"filter":{"a.b":1}}""", 422, "has no dot")]
    [InlineData("POST", "/store/items/search", """{"namespace_prefix":["a"],"filter":{"n":{"$gt":true}}}""", 422, "n.$gt")]
    [InlineData("POST", "/store/items/search", """{"namespace_prefix":["a"],"filter":{"n":1,"n":2}}""", 422, "twice")]
    [InlineData("POST", "/store/items/search", """{"filter":{}}""", 422, "namespace_prefix")]
    [InlineData("POST", "/store/items/search", """{"namespace_prefix":[],"limit":0}""", 422, "limit")]
    [InlineData("POST", "/store/namespaces", """{"max_depth":0}""", 422, "max_depth")]
    public async Task What_cannot_be_served_says_why(string method, string target, string? body, int status, string reason)
    {
        using var client = NewClient();

        var answer = await client.CallAsync(new HttpMethod(method), target, body);

        Assert.Equal(status, answer.Status);
        Assert.Contains(reason, JsonDocument.Parse(answer.Text).RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_does_what_its_scopes_allow_in_its_namespace()
    {
        var space = SomaHost.NewNamespace("langgraph");
        using var root = soma.Host.NewClient(space);
        await root.PutAsync(["a"], "k", "{}", "\"ttl\":60");
        using var reader = soma.Host.NewAnonymousClient();
        reader.DefaultRequestHeaders.Add("x-api-key", await soma.Host.MakeKeyAsync(space, "read"));
        using var anonymous = soma.Host.NewAnonymousClient();

        Assert.Equal("{}", (await reader.GetItemAsync("a", "k")).GetProperty("value").GetRawText());
        Assert.Equal(403, (await reader.GetAnswerAsync("/store/items?namespace=a&key=k&refresh_ttl=true")).Status);
        Assert.Equal(403, (await reader.PostAnswerAsync("/store/items/search", """{"namespace_prefix":[],"refresh_ttl":true}""")).Status);
        Assert.Equal(403, (await reader.CallAsync(HttpMethod.Put, "/store/items", """{"namespace":["a"],"key":"k","value":{}}""")).Status);
        Assert.Equal(403, (await reader.CallAsync(HttpMethod.Delete, "/store/items", """{"namespace":["a"],"key":"k"}""")).Status);
        Assert.Equal(403, (await reader.CallAsync(HttpMethod.Post, "/store/namespaces", "{}", ("X-Soma-Namespace", "another"))).Status);
        Assert.Equal(401, (await anonymous.PostAnswerAsync("/store/namespaces", "{}")).Status);
        var ok = await anonymous.GetAnswerAsync("/ok");
        Assert.Equal((200, """{"ok":true}"""), (ok.Status, ok.Text));
    }

    [Fact]
    public async Task With_a_namespace_for_each_first_label_a_key_reaches_its_own_labels_alone()
    {
        await using var host = await SomaHost.StartAsync(("SOMA_LANGGRAPH_NAMESPACE", "per-label"), ("SOMA_FACADES", "langgraph"));
        using var root = host.NewClient();
        using var ada = host.NewClient(token: await host.MakeKeyAsync("ada", "read", "write"));
        await root.PutAsync(["bob", "x"], "k", """{"text":"a canary"}""");
        await root.PutAsync(["a b~%"], "k", "{}");
        await root.PutAsync([new string('ä', 100)], "k", "{}");
        await ada.PutAsync(["ada", "x"], "k", "{}");

        Assert.Equal(["k"], await ada.FindAsync(["ada"], "{}"));
        Assert.Equal(403, (await ada.PostAnswerAsync("/store/items/search", """{"namespace_prefix":["bob"],"query":"canary"}""")).Status);
        Assert.Equal(403, (await ada.GetAnswerAsync("/store/items?namespace=bob.x&key=k")).Status);
        Assert.Equal(["k"], await root.FindAsync(["a b~%"], "{}"));
        Assert.Equal(["k"], await root.FindAsync([new string('ä', 100)], "{}"));
        Assert.Equal("""{"namespaces":[["bob","x"]]}""", (await root.PostAnswerAsync("/store/namespaces", """{"prefix":["bob"]}""")).Text);
        Assert.Equal(422, (await root.PostAnswerAsync("/store/items/search", """{"namespace_prefix":[]}""")).Status);
        Assert.Equal(422, (await root.PostAnswerAsync("/store/namespaces", """{"prefix":["*","x"]}""")).Status);
        Assert.Equal(400, (await root.CallAsync(HttpMethod.Post, "/store/items/search", """{"namespace_prefix":["ada"]}""", ("X-Soma-Namespace", "bob"))).Status);
        using var listed = JsonDocument.Parse((await root.GetAnswerAsync("/namespaces")).Text);
        var names = listed.RootElement.GetProperty("namespaces").EnumerateArray().Select(one => one.GetProperty("name").GetString());
        Assert.Equal(["a:20b:7E:25", "ada", "bob"], names.Where(name => !name!.StartsWith("::", StringComparison.Ordinal)));
        Assert.Equal(404, (await root.GetAnswerAsync("/v1/ping/")).Status);
    }

    private static long Milliseconds(JsonElement item) => item.GetProperty("updated_at").GetDateTimeOffset().ToUnixTimeMilliseconds();

    private static string KeyOf(JsonElement item) => item.GetProperty("key").GetString()!;
}
