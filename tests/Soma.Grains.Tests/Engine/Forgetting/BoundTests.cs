using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Engine.Forgetting;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Forgetting;

public sealed class BoundTests
{
    private readonly InMemoryStore _store = new(isExclusive: true);
    private readonly FaultyStore _faulty;

    public BoundTests() => _faulty = new FaultyStore(_store);

    [Fact]
    public async Task Eviction_is_a_logged_delete_before_the_store_in_one_commit_and_takes_the_links()
    {
        var engine = NewEngine(new NamespaceSettings { MaxMemories = 2 });
        await engine.PutAsync("1");
        await engine.PutAsync("2");
        await engine.WriteAsync(CommandOf(AnswerKind.Link, null, new PutLink { From = At("1"), To = At("2"), LinkType = "next", Strength = 1 }));
        var reply = await engine.PutAsync("3");

        Assert.Equal("""{"coord":"3.0","memory_type":"episodic","ok":true,"seq":5,"version":1,"embedding_source":"soma-fast-2","evicted":["1.0"]}""", Encoding.UTF8.GetString(reply.Body));
        Assert.Equal((5, 5), (reply.Seq, reply.ETag!.Value));
        var last = _faulty.Sent.Last();
        Assert.Equal([(LogOp.Delete, "1.0", DeleteReasons.Evicted), (LogOp.Put, "3.0", null)], last.Log.Select(row => (row.Op, row.Coordinate.Text, row.Reason)));
        Assert.Empty(await _store.ReadLinksFromAsync(1, [At("1")], false, null, 10, default));
        Assert.Null(await engine.GetAsync("1"));
        Assert.Equal(2, (await engine.SearchAsync("a memory")).Hits.Length);
    }

    [Fact]
    public async Task Eviction_is_the_work_of_the_writer_who_caused_it_and_of_soma_where_a_lowered_bound_did()
    {
        var engine = NewEngine(new NamespaceSettings { MaxMemories = 2 });
        await engine.PutAsync("1");
        await engine.PutAsync("2");
        await engine.WriteAsync(Put("3", "a memory") with { By = "an agent (k1)" });
        Assert.Equal(["an agent (k1)", "an agent (k1)"], _faulty.Sent.Last().Log.Select(row => row.By));

        await engine.ApplyAsync(new NamespaceSettings { MaxMemories = 1 });
        await HoldAsync(engine);
        Assert.Equal([(DeleteReasons.Evicted, Writers.Soma)], _faulty.Sent.Last().Log.Select(row => (row.Reason!, row.By!)));
    }

    [Fact]
    public async Task Store_again_at_a_key_that_is_held_evicts_nothing()
    {
        var engine = NewEngine(new NamespaceSettings { MaxMemories = 2 });
        await engine.PutAsync("1");
        await engine.PutAsync("2");
        var reply = await engine.PutAsync("1", "another");
        Assert.DoesNotContain("evicted", Encoding.UTF8.GetString(reply.Body));
        // The memory that was written again is the newer one.
        Assert.Contains("\"evicted\":[\"2.0\"]", Encoding.UTF8.GetString((await engine.PutAsync("3")).Body));
    }

    [Fact]
    public async Task Retry_of_a_store_that_evicted_gets_the_same_bytes_from_the_next_owner()
    {
        var key = new IdempotencyKey { Value = "g:" + new string('a', 32), RequestHash = new byte[32] };
        var first = NewEngine(new NamespaceSettings { MaxMemories = 1 });
        await first.PutAsync("1");
        var answer = await first.WriteAsync(Put("2", "a memory", key));
        await first.CloseAsync();

        var again = await NewEngine(new NamespaceSettings { MaxMemories = 1 }).WriteAsync(Put("2", "a memory", key with { Attempt = 2 }));

        Assert.Contains("\"evicted\":[\"1.0\"]", Encoding.UTF8.GetString(answer.Body));
        Assert.Equal(answer.Body, again.Body);
        // The first attempt left no receipt: it costs what it did.
        Assert.All(_faulty.Sent, batch => Assert.Empty(batch.Receipts));
    }

    [Theory]
    [InlineData(3, null, "stores 4 memories", "at most 3 (max_memories)")]
    [InlineData(null, 60, "stores 76 bytes", "at most 60 (max_bytes)")]
    public async Task Batch_larger_than_the_bound_is_refused_whole_with_limit_and_value(int? memories, int? bytes, string value, string limit)
    {
        var engine = NewEngine(new NamespaceSettings { MaxMemories = memories, MaxBytes = bytes });
        await engine.PutAsync("1");
        var reply = await engine.WriteAsync(CommandOf(AnswerKind.StoreBatch, null, [.. Enumerable.Range(2, 4).Select(i => PutOf($"{i}", "a memory"))]));
        Assert.Equal(422, reply.Status);
        Assert.Contains(value, reply.Rejection!.Detail);
        Assert.Contains(limit, reply.Rejection.Detail);
        Assert.NotNull(await engine.GetAsync("1"));
        Assert.Single(await _store.ReadLogAsync(1, 0, 10, default));
    }

    [Fact]
    public async Task Patch_that_grows_makes_room_and_one_beyond_the_bound_is_refused()
    {
        var engine = NewEngine(new NamespaceSettings { MaxBytes = 100 });
        await engine.PutAsync("1");
        await engine.PutAsync("2");
        var grown = await engine.WriteAsync(Patch("1", 60));
        Assert.Contains("\"evicted\":[\"2.0\"]", Encoding.UTF8.GetString(grown.Body));
        var refused = await engine.WriteAsync(Patch("1", 100));
        Assert.Equal(422, refused.Status);
        Assert.Equal(2, (await engine.GetAsync("1"))!.Version);
    }

    [Fact]
    public async Task Lowered_bound_evicts_by_commits_of_a_thousand_and_holds_when_it_is_answered()
    {
        var engine = NewEngine(new NamespaceSettings());
        for (var i = 0; i < 4; i++)
        {
            await engine.WriteAsync(CommandOf(AnswerKind.StoreBatch, null, [.. Enumerable.Range(1 + (i * 625), 625).Select(n => PutOf($"{n}", "a memory"))]));
        }

        var sent = _faulty.Sent.Count;
        await engine.ApplyAsync(new NamespaceSettings { MaxMemories = 10 });
        await HoldAsync(engine);

        Assert.Equal([1_000, 1_000, 490], _faulty.Sent.Skip(sent).Select(batch => batch.Log.Count));
        Assert.Equal(10, (await _store.ReadStatsAsync(false, default)).Total.Total);
        Assert.Equal(Enumerable.Range(2491, 10).Select(n => (long)n), (await engine.RunAsync(ListAsync)).Memories.Select(memory => memory.Seq).Order());
    }

    [Fact]
    public async Task Series_that_was_cut_off_is_gone_on_with_by_the_next_write_which_never_adds()
    {
        var engine = NewEngine(new NamespaceSettings());
        for (var i = 0; i < 4; i++)
        {
            await engine.WriteAsync(CommandOf(AnswerKind.StoreBatch, null, [.. Enumerable.Range(1 + (i * 625), 625).Select(n => PutOf($"{n}", "a memory"))]));
        }

        await engine.CloseAsync();
        var next = NewEngine(new NamespaceSettings { MaxMemories = 10 });
        await next.PutAsync("9000");
        Assert.Equal(2_500 - BatchRoom.MostBeyondNeed, (await _store.ReadStatsAsync(false, default)).Total.Total);
        await next.PutAsync("9001");
        await next.PutAsync("9002");
        Assert.Equal(10, (await _store.ReadStatsAsync(false, default)).Total.Total);
    }

    [Fact]
    public async Task Namespace_without_these_settings_takes_none_of_these_paths()
    {
        var engine = NewEngine(new NamespaceSettings { Evict = EvictionRules.LeastUsed });
        await engine.PutAsync("1");
        await engine.GetAsync("1");
        await engine.SearchAsync("memory");
        await engine.RunAsync(engine => engine.SearchAsync(new SearchMemories { Query = "", TopK = 3, ImportanceWeight = 1, Timeout = TimeSpan.FromSeconds(20) }, default));
        await engine.PutAsync("2");
        await engine.CloseAsync();
        Assert.Equal((0, 0), (_faulty.ReadsOfLiving, _faulty.ReadsOfAccessTimes));
        Assert.All(_faulty.Sent, batch => Assert.Empty(batch.AccessTimes));
        Assert.Contains(_faulty.Sent, batch => batch.AccessCounts.Count > 0);
    }

    [Fact]
    public async Task Expired_memory_goes_before_any_living_one_and_is_not_named()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));
        var engine = new EngineHarness(_faulty, clock: clock, parts: new HarnessParts { Settings = new NamespaceSettings { MaxMemories = 3 } });
        await engine.PutAsync("1");
        await engine.WriteAsync(CommandOf(AnswerKind.Store, null, PutOf("2", "soon gone", expiry: new Expiry { After = TimeSpan.FromSeconds(5) })));
        await engine.PutAsync("3");
        clock.Advance(TimeSpan.FromSeconds(6));
        var reply = await engine.PutAsync("4");
        Assert.DoesNotContain("evicted", Encoding.UTF8.GetString(reply.Body));
        Assert.NotNull(await engine.GetAsync("1"));
        Assert.Equal(3, (await _store.ReadStatsAsync(false, default)).Total.Total);
    }

    [Fact]
    public async Task Store_that_is_away_while_the_order_is_loaded_fails_the_write_and_the_next_one_loads_it()
    {
        var engine = NewEngine(new NamespaceSettings());
        await engine.PutAsync("1");
        await engine.ApplyAsync(new NamespaceSettings { MaxMemories = 1 });
        _faulty.BeforeCall = () => throw new StoreUnavailableException("The store is away.");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => engine.PutAsync("2"));
        _faulty.BeforeCall = () => Task.CompletedTask;
        Assert.Contains("\"evicted\":[\"1.0\"]", Encoding.UTF8.GetString((await engine.PutAsync("2")).Body));
    }

    [Fact]
    public async Task Bound_that_is_lifted_evicts_no_more_and_one_that_is_set_again_counts_what_came_meanwhile()
    {
        var engine = NewEngine(new NamespaceSettings { MaxMemories = 1 });
        await engine.PutAsync("1");
        await engine.ApplyAsync(new NamespaceSettings());
        await engine.PutAsync("2");
        await engine.PutAsync("3");
        await engine.ApplyAsync(new NamespaceSettings { MaxMemories = 2, Evict = EvictionRules.LeastUsed });
        await engine.GetAsync("1");
        await HoldAsync(engine);
        Assert.Equal([1L, 3L], (await engine.RunAsync(ListAsync)).Memories.Select(memory => memory.Seq).Order());
    }

    private static Task<ListReply> ListAsync(Soma.Grains.Engine.NamespaceEngine engine) =>
        engine.ListAsync(new ListMemories { Limit = 1000, Timeout = TimeSpan.FromSeconds(20) }, CancellationToken.None);

    private static Task<bool> HoldAsync(EngineHarness harness) => harness.RunAsync(async engine =>
    {
        await engine.HoldBoundsAsync(TimeSpan.FromMinutes(1));
        return true;
    });

    private static WriteCommand Patch(string coordinate, int length) => CommandOf(AnswerKind.Store, null, new PatchMemory
    {
        Coordinate = At(coordinate),
        PayloadPatch = JsonSerializer.SerializeToUtf8Bytes(new { more = new string('x', length) }),
    });

    private EngineHarness NewEngine(NamespaceSettings settings) => new(_faulty, parts: new HarnessParts { Settings = settings });
}
