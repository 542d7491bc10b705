using System.Text.Json;
using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Past;

/// <summary>The past of a namespace, as clients read it and go back to it.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class PastOverHttpTests(SharedSoma soma)
{
    private readonly HttpClient _client = soma.Host.NewClient(SomaHost.NewNamespace("past"));

    [Fact]
    public async Task History_lists_versions_and_deletes_newest_first_page_by_page()
    {
        await PutAsync("@note", "first", 1);
        await PutAsync("@note", "second", 2);
        await _client.DeleteAnswerAsync("memories/@note");
        await PutAsync("@note", "third", 4);
        var page = (await _client.GetAnswerAsync("memories/@note/history?limit=3")).Json;
        Assert.Equal("4 put 3, 3 delete 2, 2 put 2", Describe(page));
        Assert.Equal("""{"text":"second"}""", page.GetProperty("versions")[2].GetProperty("payload").GetRawText());
        var rest = (await _client.GetAnswerAsync($"memories/@note/history?cursor={page.GetProperty("next_cursor").GetString()}")).Json;
        Assert.Equal("1 put 1", Describe(rest));
        Assert.Equal(JsonValueKind.Null, rest.GetProperty("next_cursor").ValueKind);
        Assert.Equal("kept", rest.GetProperty("versions")[0].GetProperty("content").GetString());
        Assert.Equal(404, (await _client.GetAnswerAsync("memories/@never/history")).Status);
        Assert.Equal(400, (await _client.GetAnswerAsync("memories/@note/history?cursor=x")).Status);
    }

    [Fact]
    public async Task Purged_content_is_shown_nowhere_in_the_past()
    {
        await PutAsync("@secret", "the password is swordfish", 1);
        await PutAsync("@other", "harmless", 2);
        await _client.DeleteAnswerAsync("memories/@secret?purge=true");
        var history = await _client.GetAnswerAsync("memories/@secret/history");
        Assert.DoesNotContain("swordfish", history.Text);
        Assert.Equal("3 delete 1, 1 put 1", Describe(history.Json));
        Assert.Equal("purged", history.Json.GetProperty("versions")[0].GetProperty("reason").GetString());
        Assert.Equal("purged", history.Json.GetProperty("versions")[1].GetProperty("content").GetString());
        Assert.Equal(404, (await _client.GetAnswerAsync("memories/@secret?as_of=2")).Status);
        Assert.Equal("@other", KeysOf(await _client.GetAnswerAsync("memories?as_of=2")));
        Assert.Equal("", KeysOf(await _client.GetAnswerAsync("memories/search?query=swordfish&mode=keyword&as_of=2")));
    }

    [Fact]
    public async Task Every_read_answers_about_a_moment_named_by_seq_or_by_time()
    {
        await PutAsync("1", "the kettle is blue", 1);
        await PutAsync("2", "the garden is green", 2);
        await _client.PostAnswerAsync("graph/link", """{"from_coord":"1","to_coord":"2"}""");
        var then = (await _client.GetAnswerAsync("memories/2")).Json.GetProperty("memory").GetProperty("updated_at").GetString();
        await PutAsync("1", "the kettle is red", 4);
        await _client.DeleteAnswerAsync("memories/2");

        var old = await _client.GetAnswerAsync("memories/1?as_of=3");
        Assert.Equal("the kettle is blue", old.Json.GetProperty("memory").GetProperty("payload").GetProperty("text").GetString());
        Assert.Equal("3", old.Header("X-Soma-Seq"));
        Assert.Equal("1.0 2.0", KeysOf(await _client.GetAnswerAsync("memories?as_of=3")));
        Assert.Equal("1.0 2.0", KeysOf(await _client.GetAnswerAsync($"memories?as_of={Uri.EscapeDataString(then!)}")));
        Assert.Equal("1.0", KeysOf(await _client.GetAnswerAsync("memories?as_of=5")));
        Assert.Equal("2.0", KeysOf(await _client.PostAnswerAsync("memories/search", """{"query":"garden","mode":"keyword","as_of":3}""")));
        Assert.Equal("", KeysOf(await _client.GetAnswerAsync("memories/search?query=red&mode=keyword&as_of=3")));
        Assert.Equal("1.0", KeysOf(await _client.GetAnswerAsync("memories/search?query=red&mode=keyword&as_of=4")));
        Assert.Single((await _client.GetAnswerAsync("graph/neighbors?coord=1&as_of=4")).Json.GetProperty("neighbors").EnumerateArray());
        Assert.Empty((await _client.GetAnswerAsync("graph/neighbors?coord=1&as_of=5")).Json.GetProperty("neighbors").EnumerateArray());
        Assert.True((await _client.GetAnswerAsync("graph/path?from_coord=1&to_coord=2&as_of=3")).Json.GetProperty("found").GetBoolean());
        Assert.False((await _client.GetAnswerAsync("graph/path?from_coord=1&to_coord=2&as_of=2")).Json.GetProperty("found").GetBoolean());
    }

    [Fact]
    public async Task Pages_of_a_past_list_stay_at_their_moment()
    {
        foreach (var i in Enumerable.Range(1, 5))
        {
            await PutAsync($"{i}", "a memory", i);
        }

        var first = (await _client.GetAnswerAsync("memories?limit=3&as_of=5")).Json;
        foreach (var i in Enumerable.Range(1, 5))
        {
            await _client.DeleteAnswerAsync($"memories/{i}");
        }

        var cursor = first.GetProperty("next_cursor").GetString();
        Assert.Equal("4.0 5.0", KeysOf(await _client.GetAnswerAsync($"memories?limit=3&cursor={cursor}")));
        Assert.Equal("4.0 5.0", KeysOf(await _client.GetAnswerAsync($"memories?limit=3&cursor={cursor}&as_of=5")));
        Assert.Equal(400, (await _client.GetAnswerAsync($"memories?limit=3&cursor={cursor}&as_of=4")).Status);
    }

    [Theory]
    [InlineData("memories/1?as_of=9")]
    [InlineData("memories?as_of=9")]
    [InlineData("memories/search?query=x&as_of=9")]
    [InlineData("graph/neighbors?coord=1&as_of=9")]
    [InlineData("graph/path?from_coord=1&to_coord=2&as_of=9")]
    [InlineData("memories?as_of=2999-01-01T00:00:00Z")]
    [InlineData("memories?as_of=32503680000.0")]
    public async Task A_moment_that_does_not_exist_yet_is_refused_with_what_is_kept(string path)
    {
        await PutAsync("1", "a memory", 1);
        var answer = await _client.GetAnswerAsync(path);
        Assert.Equal(400, answer.Status);
        Assert.Contains("Kept are the states of seq 0 to 1.", answer.Text);
    }

    [Fact]
    public async Task The_moment_before_the_first_write_is_empty()
    {
        await PutAsync("1", "a memory", 1);
        Assert.Equal("", KeysOf(await _client.GetAnswerAsync("memories?as_of=0")));
        Assert.Equal("", KeysOf(await _client.GetAnswerAsync("memories?as_of=2001-01-01")));
        Assert.Equal(404, (await _client.GetAnswerAsync("memories/1?as_of=0")).Status);
    }

    [Fact]
    public async Task Revert_stores_the_content_of_a_version_a_seq_or_a_moment_again()
    {
        await _client.PostAnswerAsync("memories", """{"coord":"1","payload":{"text":"one"},"memory_type":"belief","importance":3,"embedding":[1,0],"text":"uno"}""");
        await PutAsync("1", "two", 2);
        await _client.DeleteAnswerAsync("memories/1");

        var first = (await _client.PostAnswerAsync("memories/1/revert", """{"version":1}""")).Ok();
        Assert.Equal((4, 3, "belief"), (first["seq"].GetInt64(), first["version"].GetInt64(), first["memory_type"].GetString()));
        Assert.Equal("\"4\"", first.Header("ETag"));
        var memory = (await _client.GetAnswerAsync("memories/1")).Ok()["memory"];
        Assert.Equal(("""{"text":"one"}""", 3.0, "precomputed"), (memory.GetProperty("payload").GetRawText(), memory.GetProperty("importance").GetDouble(), memory.GetProperty("embedding_source").GetString()));
        Assert.Equal("1.0", KeysOf(await _client.GetAnswerAsync("memories/search?query=uno&mode=keyword")));
        Assert.Equal("1.0", KeysOf(await _client.PostAnswerAsync("memories/search", """{"embedding":[1,0]}""")));

        (await _client.PostAnswerAsync("memories/1/revert", """{"seq":2}""")).Ok();
        Assert.Equal("""{"text":"two"}""", (await _client.GetAnswerAsync("memories/1"))["memory", "payload"].GetRawText());
        (await _client.PostAnswerAsync("memories/1/revert", """{"as_of":4}""")).Ok();
        Assert.Equal("""{"text":"one"}""", (await _client.GetAnswerAsync("memories/1"))["memory", "payload"].GetRawText());
    }

    [Fact]
    public async Task Revert_is_refused_where_there_is_nothing_to_go_back_to()
    {
        await PutAsync("1", "one", 1);
        await _client.DeleteAnswerAsync("memories/1");
        async Task<int> StatusAsync(string body, params (string, string)[] headers) =>
            (await _client.PostAnswerAsync("memories/1/revert", body, headers)).Status;
        Assert.Equal(404, await StatusAsync("""{"version":2}"""));
        Assert.Equal(404, await StatusAsync("""{"seq":2}"""));
        Assert.Equal(404, await StatusAsync("""{"as_of":0}"""));
        Assert.Equal(400, await StatusAsync("""{"as_of":3}"""));
        Assert.Equal(422, await StatusAsync("{}"));
        Assert.Equal(422, await StatusAsync("""{"version":1,"seq":1}"""));
        Assert.Equal(422, await StatusAsync("""{"version":1,"as_of":1}"""));
        Assert.Equal(412, await StatusAsync("""{"version":1}""", ("If-Match", "*")));
        Assert.Equal(412, await StatusAsync("""{"version":1}""", ("If-Match", "\"1\"")));
        Assert.Equal(404, (await _client.PostAnswerAsync("memories/2/revert", """{"version":1}""")).Status);
        await PutAsync("1", "two", 3);
        await _client.DeleteAnswerAsync("memories/1?purge=true");
        Assert.Equal(410, await StatusAsync("""{"version":1}"""));
        Assert.Equal(410, await StatusAsync("""{"seq":3}"""));
    }

    [Fact]
    public async Task Revert_that_is_sent_again_under_its_key_is_applied_once()
    {
        await PutAsync("1", "one", 1);
        await PutAsync("1", "two", 2);
        var answers = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            answers.Add((await _client.PostAnswerAsync("memories/1/revert", """{"version":1}""", ("Idempotency-Key", "back"))).Ok().Text);
        }

        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(3, (await _client.GetAnswerAsync("memories/1"))["memory", "version"].GetInt64());
        Assert.Equal(409, (await _client.PostAnswerAsync("memories/1/revert", """{"version":2}""", ("Idempotency-Key", "back"))).Status);
    }

    [Fact]
    public async Task Rewind_makes_the_namespace_what_it_was_and_says_what_it_changed()
    {
        var (space, client) = NewSpace();
        await client.PostAnswerAsync("memories", """{"coord":"1","payload":{"text":"the kettle"}}""");
        await client.PostAnswerAsync("memories", """{"coord":"2","payload":{"text":"the garden"}}""");
        await client.PostAnswerAsync("graph/link", """{"from_coord":"1","to_coord":"2"}""");
        await client.PostAnswerAsync("memories", """{"coord":"1","payload":{"text":"changed"}}""");
        await client.DeleteAnswerAsync("memories/2");
        await client.PostAnswerAsync("memories", """{"coord":"3","payload":{"text":"added"}}""");

        Assert.Equal(Rewound(space, 3, 2, 1, 1, 0), (await client.PostAnswerAsync($"namespaces/{space}/rewind", """{"as_of":3,"dry_run":true}""")).Ok().Text);
        Assert.Equal("1.0 3.0", KeysOf(await client.GetAnswerAsync("memories")));
        var done = (await client.PostAnswerAsync($"namespaces/{space}/rewind", """{"as_of":3}""", ("Idempotency-Key", "back"))).Ok();
        Assert.Equal((Rewound(space, 3, 2, 1, 1, 0), "10"), (done.Text, done.Header("X-Soma-Seq")));
        Assert.Equal("1.0 2.0", KeysOf(await client.GetAnswerAsync("memories?order=created")));
        Assert.Equal("1.0", KeysOf(await client.GetAnswerAsync("memories/search?query=kettle&mode=keyword")));
        Assert.True((await client.GetAnswerAsync("graph/path?from_coord=1&to_coord=2"))["found"].GetBoolean());
        Assert.Equal(done.Text, (await client.PostAnswerAsync($"namespaces/{space}/rewind", """{"as_of":3}""", ("Idempotency-Key", "back"))).Ok().Text);
        Assert.Equal(409, (await client.PostAnswerAsync($"namespaces/{space}/rewind", """{"as_of":4}""", ("Idempotency-Key", "back"))).Status);
        Assert.Equal("rewound", (await client.GetAnswerAsync("memories/3/history"))["versions"][0].GetProperty("reason").GetString());

        // The rewind is undone by another one.
        (await client.PostAnswerAsync($"namespaces/{space}/rewind", """{"as_of":6}""")).Ok();
        Assert.Equal("1.0 3.0", KeysOf(await client.GetAnswerAsync("memories")));
        Assert.Equal(400, (await client.PostAnswerAsync($"namespaces/{space}/rewind", """{"as_of":99}""")).Status);
        Assert.Equal(422, (await client.PostAnswerAsync($"namespaces/{space}/rewind", "{}")).Status);
        Assert.Equal(400, (await client.PostAnswerAsync("namespaces/a%20b/rewind", """{"as_of":0}""")).Status);
    }

    [Fact]
    public async Task Diff_names_what_two_moments_or_two_namespaces_do_not_share()
    {
        var (space, client) = NewSpace();
        var (other, second) = NewSpace();
        foreach (var each in new[] { client, second })
        {
            foreach (var key in new[] { "1", "2", "3" })
            {
                await each.PostAnswerAsync("memories", new { coord = key, payload = new { text = "equal" } });
            }
        }

        await second.PostAnswerAsync("memories", """{"coord":"1","payload":{"text":"equal"}}""");
        await second.PostAnswerAsync("memories", """{"coord":"2","payload":{"text":"changed"}}""");
        await second.DeleteAnswerAsync("memories/3");
        await second.PostAnswerAsync("memories", """{"coord":"4","payload":{"text":"added"}}""");

        var moments = (await second.GetAnswerAsync($"namespaces/{other}/diff?from=3")).Ok();
        Assert.Equal(
            """{"from_seq":3,"to_seq":7,"changes":[{"coord":"2.0","change":"changed","from":{"seq":2,"version":1},"to":{"seq":5,"version":2}},{"coord":"3.0","change":"removed","from":{"seq":3,"version":1},"to":null},{"coord":"4.0","change":"added","from":null,"to":{"seq":7,"version":1}}],"next_cursor":null}""",
            moments.Text);
        var spaces = (await client.GetAnswerAsync($"namespaces/{space}/diff?other={other}")).Ok();
        Assert.Equal(moments.Text, spaces.Text);
        var page = (await client.GetAnswerAsync($"namespaces/{space}/diff?other={other}&limit=2")).Ok();
        await second.DeleteAnswerAsync("memories/4");
        var rest = (await client.GetAnswerAsync($"namespaces/{space}/diff?other={other}&cursor={page["next_cursor"].GetString()}")).Ok();
        Assert.Equal("4.0", rest["changes"][0].GetProperty("coord").GetString());
        Assert.Equal(422, (await client.GetAnswerAsync($"namespaces/{space}/diff")).Status);
        Assert.Equal(422, (await client.GetAnswerAsync($"namespaces/{space}/diff?other={other}&from=1")).Status);
        Assert.Equal(400, (await client.GetAnswerAsync($"namespaces/{space}/diff?from=9")).Status);
        Assert.Equal(400, (await client.GetAnswerAsync($"namespaces/{space}/diff?from=1&cursor=x")).Status);
    }

    private (string Space, HttpClient Client) NewSpace()
    {
        var space = SomaHost.NewNamespace("rewound");
        return (space, soma.Host.NewClient(space));
    }

    private static string Rewound(string space, long asOf, long stored, long deleted, long linked, long unlinked) =>
        $$"""{"name":"{{space}}","as_of":{{asOf}},"stored":{{stored}},"deleted":{{deleted}},"linked":{{linked}},"unlinked":{{unlinked}} }""".Replace(" }", "}");

    private async Task PutAsync(string key, string text, long seq)
    {
        var stored = await _client.PostAnswerAsync("memories", JsonSerializer.Serialize(new { coord = key, payload = new { text } }));
        Assert.Equal((200, seq), (stored.Status, stored.Json.GetProperty("seq").GetInt64()));
    }

    private static string Describe(JsonElement history) => string.Join(", ", history.GetProperty("versions").EnumerateArray().Select(version =>
        $"{version.GetProperty("seq")} {version.GetProperty("op")} {version.GetProperty("version")}"));

    private static string KeysOf(Answer answer)
    {
        Assert.Equal(200, answer.Status);
        return string.Join(' ', answer.Json.GetProperty("memories").EnumerateArray().Select(memory => memory.GetProperty("coord").GetString()));
    }
}
