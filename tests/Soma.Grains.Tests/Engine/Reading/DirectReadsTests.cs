using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Engine;
using Soma.Grains.Engine.Caching;
using Soma.Grains.Interfaces;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Reading;

/// <summary>Gets that are answered without a turn of the grain must say what a turn would say.</summary>
public sealed class DirectReadsTests
{
    private readonly InMemoryStore _store = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(60));

    [Fact]
    public async Task A_get_needs_no_turn_after_a_turn_has_answered_one()
    {
        var engine = Engine();
        await engine.PutAsync("1", "first");
        Assert.Null(engine.GetDirectly("1"));

        var onTurn = await engine.GetAsync("1");

        Assert.Equivalent(onTurn! with { AccessCount = 2 }, engine.GetDirectly("1")!.Memory, strict: true);
        Assert.Null(engine.GetDirectly("2"));
    }

    [Fact]
    public async Task Accesses_that_took_no_turn_are_committed_too()
    {
        var engine = Engine();
        await engine.PutAsync("1");
        await engine.GetAsync("1");
        Assert.Equal(2, engine.GetDirectly("1")!.Memory!.AccessCount);
        Assert.Equal(3, engine.GetDirectly("1")!.Memory!.AccessCount);
        await engine.CloseAsync();

        Assert.Equal(4, (await Engine().GetAsync("1"))!.AccessCount);
    }

    [Fact]
    public async Task Committed_access_counts_are_counted_once()
    {
        var engine = Engine();
        await engine.PutAsync("1");
        await engine.GetAsync("1");
        Assert.Equal(2, engine.GetDirectly("1")!.Memory!.AccessCount);

        await engine.PutAsync("2");

        Assert.Equal(3, engine.GetDirectly("1")!.Memory!.AccessCount);
        Assert.Equal(4, (await engine.GetAsync("1"))!.AccessCount);
    }

    [Fact]
    public async Task Counts_of_more_memories_than_one_commit_takes_are_all_kept_at_the_end()
    {
        var engine = Engine();
        var memories = AccessCounts.MostACommit + 10;
        foreach (var batch in Enumerable.Range(0, memories).Chunk(100))
        {
            await engine.WriteAsync(CommandOf(AnswerKind.StoreBatch, null, [.. batch.Select(i => PutOf($"{i}", "a memory"))]));
        }

        for (var i = 0; i < memories; i++)
        {
            await engine.GetAsync($"{i}");
        }

        await engine.CloseAsync();
        var next = Engine();
        for (var i = 0; i < memories; i++)
        {
            Assert.Equal(2, (await next.GetAsync($"{i}"))!.AccessCount);
        }
    }

    [Fact]
    public async Task An_overwritten_or_deleted_memory_is_not_answered_from_before()
    {
        var engine = Engine();
        await engine.PutAsync("1", "first");
        await engine.GetAsync("1");
        await engine.PutAsync("1", "second");
        Assert.Null(engine.GetDirectly("1"));

        await engine.GetAsync("1");
        Assert.Equal(2, engine.GetDirectly("1")!.Memory!.Version);
        await engine.WriteAsync(Delete("1"));

        Assert.Null(engine.GetDirectly("1"));
    }

    [Fact]
    public async Task A_share_of_the_largest_importance_changes_with_the_largest()
    {
        var engine = Engine();
        await engine.PutAsync("1");
        await engine.GetAsync("1");
        Assert.Equal(1, engine.GetDirectly("1")!.Memory!.ImportanceNorm);

        await engine.WriteAsync(CommandOf(AnswerKind.Store, null, PutOf("2", "louder") with { Importance = 4 }));

        Assert.Null(engine.GetDirectly("1"));
        await engine.GetAsync("1");
        Assert.Equal(.25, engine.GetDirectly("1")!.Memory!.ImportanceNorm);
    }

    [Fact]
    public async Task An_expired_memory_is_not_answered()
    {
        var engine = Engine();
        await engine.WriteAsync(CommandOf(
            AnswerKind.Store, null, PutOf("1", "soon gone", expiry: new Expiry { After = TimeSpan.FromMilliseconds(100) })));
        await engine.GetAsync("1");
        Assert.NotNull(engine.GetDirectly("1"));

        _clock.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Null(engine.GetDirectly("1"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_while_a_get_takes_a_turn_again_so_that_the_lease_is_renewed(bool isExclusive)
    {
        var engine = Engine(new InMemoryStore(isExclusive));
        await engine.PutAsync("1");
        await engine.GetAsync("1");
        Assert.NotNull(engine.GetDirectly("1"));

        _clock.Advance(DirectReads.Window + TimeSpan.FromMilliseconds(1));
        Assert.Null(engine.GetDirectly("1"));
        await engine.GetAsync("1");

        await Soma.Testing.Eventually.TrueAsync(async () =>
        {
            // The renewal runs behind a get, and the next turn picks it up.
            await engine.GetAsync("1");
            return engine.GetDirectly("1") is not null;
        });
    }

    [Fact]
    public async Task A_namespace_that_was_released_or_taken_answers_nothing()
    {
        var closed = Engine();
        await closed.PutAsync("1");
        await closed.GetAsync("1");
        await closed.CloseAsync();
        Assert.Null(closed.GetDirectly("1"));

        var stale = Engine();
        await stale.GetAsync("1");
        await _store.TakeEpochAsync(Key, TimeSpan.FromSeconds(1), CancellationToken.None);
        await Assert.ThrowsAsync<ReplacedException>(() => stale.PutAsync("1"));

        Assert.Null(stale.GetDirectly("1"));
    }

    [Fact]
    public async Task New_settings_are_seen_by_the_next_get()
    {
        var engine = Engine();
        await engine.PutAsync("1");
        await engine.GetAsync("1");

        await engine.ApplyAsync(new NamespaceSettings { RecencyHalfLifeDays = 7 });

        Assert.Null(engine.GetDirectly("1"));
    }

    [Fact]
    public async Task No_get_beside_a_writer_finds_less_than_was_acknowledged_before_it()
    {
        var engine = new EngineHarness(new InMemoryStore(isExclusive: true));
        await engine.PutAsync("1");
        using var done = new CancellationTokenSource();
        long acknowledged = 0;
        var direct = 0;
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested || Volatile.Read(ref direct) == 0)
            {
                var before = Volatile.Read(ref acknowledged);
                var reply = engine.GetDirectly("1");
                Interlocked.Add(ref direct, reply is null ? 0 : 1);
                var memory = reply?.Memory ?? await engine.GetAsync("1");
                Assert.True(memory!.Seq >= before, $"{memory.Seq} was read after {before} was acknowledged");
                Assert.True(reply is null || reply.HeadSeq >= memory.Seq);
            }
        })).ToArray();
        for (var i = 0; i < 2_000; i++)
        {
            Volatile.Write(ref acknowledged, (await engine.PutAsync("1")).Seq);
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
    }

    private EngineHarness Engine(InMemoryStore? store = null) => new(store ?? _store, new EngineOptions(), _clock);
}
