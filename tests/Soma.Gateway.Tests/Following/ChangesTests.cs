using System.Text.Json;
using Soma.Gateway.Tests.Hosting;
using Soma.Testing.Following;

namespace Soma.Gateway.Tests.Following;

/// <summary>The change feed of the product, over HTTP.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class ChangesTests(SharedSoma soma) : IDisposable
{
    private readonly HttpClient _client = soma.Host.NewClient(SomaHost.NewNamespace("changes"));

    [Fact]
    public async Task A_page_holds_every_change_in_order_with_what_it_takes_to_rebuild_it()
    {
        await PostAsync("memories", """{"coord":"1,2","payload":{"text": "blue"},"importance":2,"embedding":[1,0.5],"text":"given"}""");
        await PostAsync("graph/link", """{"from_coord":"1,2","to_coord":"@b","strength":0.5,"metadata":{"why": 1}}""");
        await _client.DeleteAnswerAsync("graph/link?from_coord=1,2&to_coord=@b");
        await _client.DeleteAnswerAsync("memories/1,2");

        var page = (await _client.GetAnswerAsync("changes?include=embedding")).Ok();

        var changes = page["changes"].EnumerateArray().ToArray();
        var log = page["log"].GetString();
        Assert.Equal(
            [
                """{"seq":1,"op":"put","coord":"1.0,2.0","at":AT,"by":"root","version":1,"memory_type":"episodic","importance":2.0,"created_at":AT,"payload":{"text": "blue"},"text":"given","embedding_brought":true,"embedding":[1,0.5],"content":"kept"}""",
                """{"seq":2,"op":"link","coord":"1.0,2.0","at":AT,"by":"root","link_to":"@b","link_type":"related","strength":0.5,"metadata":{"why": 1}}""",
                """{"seq":3,"op":"unlink","coord":"1.0,2.0","at":AT,"by":"root","link_to":"@b","link_type":"related"}""",
                """{"seq":4,"op":"delete","coord":"1.0,2.0","at":AT,"by":"root","version":1}""",
            ],
            changes.Select(change => change.GetRawText().Replace(change.GetProperty("at").GetRawText(), "AT", StringComparison.Ordinal)));
        Assert.Equal(4, page["next_after"].GetInt64());
        Assert.Equal("4", page.Header("X-Soma-Seq"));
        var rest = (await _client.GetAnswerAsync($"changes?after=4&log={log}")).Ok();
        Assert.Equal($$"""{"changes":[],"next_after":4,"log":"{{log}}"}""", rest.Text);
    }

    [Fact]
    public async Task Filters_leave_out_changes_and_the_place_advances_over_them()
    {
        await PostAsync("memories/batch", """{"items":[{"id":"user-1/a","payload":{}},{"id":"user-2/a","payload":{}},{"id":"user-1/b","payload":{}}]}""");
        await PostAsync("graph/link", """{"from_coord":"@user-2/a","to_coord":"@user-1/b"}""");

        Assert.Equal("1 3 4 next 4", await SeqsAsync("changes?id_prefix=user-1/"));
        Assert.Equal("2 4 next 4", await SeqsAsync("changes?coord=@user-2%2Fa"));
        Assert.Equal("4 next 4", await SeqsAsync("changes?ops=link,delete"));
        Assert.Equal("1 next 1", await SeqsAsync("changes?ops=put&limit=1"));
        Assert.Equal("next 4", await SeqsAsync("changes?ops=unlink"));
    }

    [Fact]
    public async Task A_place_that_the_log_never_had_is_a_410_that_says_to_begin_again()
    {
        await PostAsync("memories", """{"coord":"1","payload":{}}""");
        var log = (await _client.GetAnswerAsync("changes")).Ok()["log"].GetString();

        var beyond = await _client.GetAnswerAsync("changes?after=2");
        var other = await _client.GetAnswerAsync($"changes?after=1&log={log}7");
        using var stream = await EventStream.OpenAsync(_client, "changes", lastEventId: 2);

        Assert.Equal((410, 410, 410), (beyond.Status, other.Status, stream.Status));
        Assert.Contains("begin again at after=0", beyond["detail"].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("after=-1")]
    [InlineData("after=x")]
    [InlineData("limit=1001")]
    [InlineData("ops=put,sing")]
    [InlineData("wait_seconds=31")]
    [InlineData("log=a")]
    [InlineData("sinces=3")]
    public async Task A_wrong_field_is_a_422(string query) => Assert.Equal(422, (await _client.GetAnswerAsync("changes?" + query)).Status);

    [Fact]
    public async Task A_long_poll_is_answered_by_the_next_write()
    {
        await PostAsync("memories", """{"coord":"1","payload":{}}""");
        var poll = _client.GetAnswerAsync("changes?after=1&wait_seconds=30");
        var filtered = _client.GetAnswerAsync("changes?after=1&wait_seconds=30&ops=delete");
        Assert.False(poll.IsCompleted);

        await PostAsync("memories", """{"coord":"2","payload":{}}""");
        Assert.Equal(2, (await poll).Ok()["next_after"].GetInt64());
        Assert.False(filtered.IsCompleted);

        await _client.DeleteAnswerAsync("memories/2");
        Assert.Equal("delete", (await filtered).Ok()["changes"][0].GetProperty("op").GetString());
    }

    [Fact]
    public async Task A_long_poll_without_a_change_answers_an_empty_page_when_its_time_is_over()
    {
        var page = (await _client.GetAnswerAsync("changes?wait_seconds=0.05")).Ok();

        Assert.Equal("""{"changes":[],"next_after":0,"log":null}""", page.Text);
    }

    [Fact]
    public async Task A_stream_names_its_log_and_goes_on_after_the_last_event_that_a_client_names()
    {
        await PostAsync("memories", "{\"coord\":\"1\",\"payload\":{\"a\":\r\n1,\n\"b\":2}}");
        await PostAsync("memories", """{"coord":"2","payload":{}}""");
        var log = (await _client.GetAnswerAsync("changes")).Ok()["log"].GetString();

        using var stream = await EventStream.OpenAsync(_client, "changes");
        Assert.Equal((200, "text/event-stream"), (stream.Status, stream.ContentType));
        Assert.Equal(new StreamedEvent("log", $$"""{"log":"{{log}}","head_seq":2}"""), await stream.ReadAsync());
        var first = await stream.ReadAsync();
        Assert.Equal("{\"a\":\n1,\n\"b\":2}", JsonDocument.Parse(first!.Data).RootElement.GetProperty("payload").GetRawText());
        Assert.Equal(1, stream.LastEventId);

        using var resumed = await EventStream.OpenAsync(_client, "changes?after=0", lastEventId: 1);
        await resumed.ReadAsync();
        Assert.Contains("\"seq\":2,", (await resumed.ReadAsync())!.Data, StringComparison.Ordinal);

        await PostAsync("memories", """{"coord":"3","payload":{}}""");
        Assert.Contains("\"seq\":3,", (await resumed.ReadAsync())!.Data, StringComparison.Ordinal);
        Assert.Equal(3, resumed.LastEventId);
    }

    [Fact]
    public async Task A_filtered_stream_moves_its_clients_place_over_what_it_leaves_out()
    {
        await PostAsync("memories", """{"coord":"1","payload":{}}""");
        using var stream = await EventStream.OpenAsync(_client, "changes?ops=delete");
        await stream.ReadAsync();

        await PostAsync("memories", """{"coord":"2","payload":{}}""");
        await _client.DeleteAnswerAsync("memories/2");

        Assert.Contains("\"op\":\"delete\"", (await stream.ReadAsync())!.Data, StringComparison.Ordinal);
        Assert.Equal(3, stream.LastEventId);
    }

    [Fact]
    public async Task A_stream_of_a_namespace_without_memories_gets_its_first_change()
    {
        using var stream = await EventStream.OpenAsync(_client, "changes");

        await PostAsync("memories", """{"coord":"1","payload":{}}""");

        Assert.Equal("log", (await stream.ReadAsync())!.Name);
        Assert.Contains("\"seq\":1,", (await stream.ReadAsync())!.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_purge_is_in_the_feed_and_what_was_purged_is_not()
    {
        await PostAsync("memories", """{"coord":"1","payload":{"secret":"abc"},"text":"abc"}""");
        await _client.DeleteAnswerAsync("memories/1");
        var purged = (await _client.DeleteAnswerAsync("memories/1?purge=true")).Ok();
        await _client.DeleteAnswerAsync("memories/1?purge=true");

        var page = (await _client.GetAnswerAsync("changes")).Ok();

        Assert.Equal("""{"coord":"1.0","deleted":false,"seq":3}""", purged.Text);
        Assert.Equal(["put", "delete", "delete"], page["changes"].EnumerateArray().Select(change => change.GetProperty("op").GetString()));
        Assert.Equal("purged", page["changes"][0].GetProperty("content").GetString());
        Assert.DoesNotContain("abc", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopping_service_ends_its_streams_as_it_should()
    {
        var host = await SomaHost.StartAsync(("SOMA_DRAIN_SECONDS", "60"));
        using var client = host.NewClient();
        using var stream = await EventStream.OpenAsync(client, "changes");
        var end = stream.ReadAsync();

        // The drain waits a minute for clients that stay connected.
        await host.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(45));

        Assert.Null(await end);
    }

    public void Dispose() => _client.Dispose();

    private async Task PostAsync(string target, string body) => (await _client.PostAnswerAsync(target, body)).Ok();

    private async Task<string> SeqsAsync(string target)
    {
        var page = (await _client.GetAnswerAsync(target)).Ok();
        return $"{string.Join(' ', page["changes"].EnumerateArray().Select(change => change.GetProperty("seq").GetInt64()))} next {page["next_after"]}".Trim();
    }
}
