using System.Text.Json;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Committing;

public sealed class OnSimilarTests
{
    private readonly InMemoryStore _store = new();

    [Fact]
    public async Task Repeat_is_skipped_and_the_answer_is_about_the_memory_that_is_there()
    {
        var engine = new EngineHarness(_store);
        await engine.PutAsync("1", "The kettle is blue");

        var reply = await engine.WriteAsync(Similar("2", "the kettle is blue.", SimilarAction.Skip));

        var answer = JsonDocument.Parse(reply.Body).RootElement;
        Assert.Equal("1.0", answer.GetProperty("coord").GetString());
        Assert.True(answer.GetProperty("skipped").GetBoolean());
        Assert.Equal((1, 1, 1L), (answer.GetProperty("seq").GetInt64(), reply.Seq, reply.ETag));
        Assert.Equal(("1.0", 1.0), NamedBy(answer));
        Assert.Null(await engine.GetAsync("2"));
    }

    [Fact]
    public async Task Report_stores_the_memory_and_names_what_is_like_it()
    {
        var engine = new EngineHarness(_store);
        await engine.PutAsync("1", "The kettle is blue");

        var found = JsonDocument.Parse((await engine.WriteAsync(Similar("2", "The kettle is blue!", SimilarAction.Report))).Body).RootElement;
        var nothing = JsonDocument.Parse((await engine.WriteAsync(Similar("3", "The kettle is not blue", SimilarAction.Report))).Body).RootElement;

        Assert.Equal(("2.0", ("1.0", 1.0)), (found.GetProperty("coord").GetString(), NamedBy(found)));
        Assert.False(nothing.TryGetProperty("similar", out _));
        Assert.NotNull(await engine.GetAsync("2"));
        Assert.NotNull(await engine.GetAsync("3"));
    }

    [Fact]
    public async Task Replace_stores_the_next_version_of_the_memory_that_is_there()
    {
        var engine = new EngineHarness(_store);
        await engine.PutAsync("1", "The kettle is blue");

        var answer = JsonDocument.Parse((await engine.WriteAsync(Similar("2", "The kettle is BLUE", SimilarAction.Replace))).Body).RootElement;

        Assert.Equal(("1.0", 2), (answer.GetProperty("coord").GetString(), answer.GetProperty("version").GetInt32()));
        Assert.Null(await engine.GetAsync("2"));
        Assert.Contains("BLUE", System.Text.Encoding.UTF8.GetString((await engine.GetAsync("1"))!.Payload), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_stores_the_memory_and_links_it_to_the_one_that_is_there()
    {
        var engine = new EngineHarness(_store);
        await engine.PutAsync("1", "The kettle is blue");

        var reply = await engine.WriteAsync(Similar("2", "The kettle is blue", SimilarAction.Link));

        Assert.Equal((3, 2L), (reply.Seq, reply.ETag));
        var log = await _store.ReadLogAsync(1, 0, 10, default);
        Assert.Equal([LogOp.Put, LogOp.Put, LogOp.Link], log.Select(row => row.Op));
        Assert.Equal((new LinkKey(At("2"), At("1"), "similar"), 1.0), (log[2].Link!.Key, log[2].Link!.Strength));
    }

    [Theory]
    [InlineData(64)]
    public async Task Equal_stores_at_once_leave_one_memory(int writers)
    {
        var engine = new EngineHarness(_store);

        var replies = await Task.WhenAll(Enumerable.Range(0, writers).Select(i => engine.WriteAsync(Similar($"{i}", "The kettle is blue", SimilarAction.Skip))));

        Assert.All(replies, reply => Assert.Equal(200, reply.Status));
        Assert.Single(replies.Select(reply => JsonDocument.Parse(reply.Body).RootElement.GetProperty("coord").GetString()).Distinct());
        Assert.Single(await _store.ReadNewestAsync(1, long.MaxValue, 100, default));
    }

    [Fact]
    public async Task Items_of_one_batch_are_compared_with_each_other()
    {
        var engine = new EngineHarness(_store);
        string[] texts = ["tea", "Tea.", "coffee", "TEA"];

        var reply = await engine.WriteAsync(CommandOf(
            AnswerKind.StoreBatch, null, [.. texts.Select((text, i) => PutOf($"{i}", text) with { OnSimilar = new OnSimilar { Do = SimilarAction.Skip } })]));

        var answer = JsonDocument.Parse(reply.Body).RootElement;
        Assert.Equal((2, 1, 2), (answer.GetProperty("stored").GetInt32(), answer.GetProperty("seq_first").GetInt32(), answer.GetProperty("seq_last").GetInt32()));
        Assert.Equal(["0.0", "0.0", "2.0", "0.0"], answer.GetProperty("results").EnumerateArray().Select(item => item.GetProperty("coord").GetString()));
    }

    [Fact]
    public async Task Memory_that_is_committed_after_the_search_and_before_the_decision_is_found()
    {
        var (gate, commits) = (new TaskCompletionSource(), 0);
        var store = new FaultyStore(_store) { BeforeCommit = _ => ++commits == 2 ? gate.Task : Task.CompletedTask };
        var engine = new EngineHarness(store);
        await engine.PutAsync("1", "something else");
        var plain = engine.PutAsync("2", "The kettle is blue");
        var similar = engine.WriteAsync(Similar("3", "The kettle is blue", SimilarAction.Skip));
        gate.SetResult();

        await plain;
        Assert.Equal("2.0", JsonDocument.Parse((await similar).Body).RootElement.GetProperty("coord").GetString());
    }

    [Fact]
    public async Task Memory_that_is_deleted_before_the_decision_is_not_in_the_way()
    {
        var (gate, commits) = (new TaskCompletionSource(), 0);
        var store = new FaultyStore(_store) { BeforeCommit = _ => ++commits == 2 ? gate.Task : Task.CompletedTask };
        var engine = new EngineHarness(store);
        await engine.PutAsync("1", "The kettle is blue");
        var busy = engine.PutAsync("9", "something else");
        var deleted = engine.WriteAsync(Delete("1"));
        var similar = engine.WriteAsync(Similar("2", "The kettle is blue", SimilarAction.Skip));
        gate.SetResult();

        await Task.WhenAll(busy, deleted);
        Assert.Equal("2.0", JsonDocument.Parse((await similar).Body).RootElement.GetProperty("coord").GetString());
        Assert.NotNull(await engine.GetAsync("2"));
    }

    [Fact]
    public async Task Memory_is_not_similar_to_its_own_earlier_version()
    {
        var engine = new EngineHarness(_store);
        await engine.PutAsync("1", "The kettle is blue");

        var answer = JsonDocument.Parse((await engine.WriteAsync(Similar("1", "The kettle is blue", SimilarAction.Skip))).Body).RootElement;

        Assert.Equal(2, answer.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task Retry_under_the_key_gets_the_answer_of_the_first_attempt()
    {
        var engine = new EngineHarness(_store);
        await engine.PutAsync("1", "The kettle is blue");
        var command = Similar("2", "The kettle is blue", SimilarAction.Skip) with { Key = KeyOf("once") };

        var first = await engine.WriteAsync(command);
        await engine.WriteAsync(Delete("1"));
        var second = await engine.WriteAsync(command);
        var afterwards = await new EngineHarness(_store).WriteAsync(command);

        Assert.Equal(first.Body, second.Body);
        Assert.Equal(first.Body, afterwards.Body);
    }

    [Fact]
    public async Task Owner_that_has_loaded_nothing_yet_finds_what_was_stored_before_it()
    {
        await new EngineHarness(_store).PutAsync("1", "The kettle is blue");
        var next = new EngineHarness(_store);

        var answer = JsonDocument.Parse((await next.WriteAsync(Similar("2", "The kettle is blue", SimilarAction.Skip))).Body).RootElement;

        Assert.Equal("1.0", answer.GetProperty("coord").GetString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_is_written_at_once_no_text_is_stored_twice(int seed)
    {
        var random = new Random(seed);
        var engine = new EngineHarness(_store);
        var texts = Enumerable.Range(0, 12).Select(i => $"Memory {i} is about the {(char)('a' + i)}{i} kettle").ToArray();

        for (var round = 0; round < 20; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => random.Next(5) == 0
                ? engine.WriteAsync(Delete($"{random.Next(40)}"))
                : engine.WriteAsync(Similar($"{random.Next(40)}", texts[random.Next(texts.Length)], random.Next(2) == 0 ? SimilarAction.Skip : SimilarAction.Replace))));
            var stored = (await _store.ReadNewestAsync(1, long.MaxValue, 1_000, default)).Select(row => System.Text.Encoding.UTF8.GetString(row.Payload)).ToArray();
            Assert.Equal(stored.Distinct().Count(), stored.Length);
        }
    }

    private static (string?, double) NamedBy(JsonElement answer)
    {
        var named = Assert.Single(answer.GetProperty("similar").EnumerateArray());
        return (named.GetProperty("coord").GetString(), named.GetProperty("score").GetDouble());
    }

    private static WriteCommand Similar(string coordinate, string text, SimilarAction act) =>
        CommandOf(AnswerKind.Store, null, PutOf(coordinate, text) with { OnSimilar = new OnSimilar { Do = act } });
}
