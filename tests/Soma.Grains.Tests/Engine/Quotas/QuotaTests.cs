using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Engine.Quotas;
using Soma.Grains.Interfaces;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Quotas;

public sealed class QuotaTests
{
    private const string Agent = "agent (k1)";
    private const string Other = "other (k2)";

    private readonly InMemoryStore _store = new(isExclusive: true);
    private readonly FaultyStore _faulty;
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(60));
    private readonly KeyTotals _totals = new();

    public QuotaTests() => _faulty = new FaultyStore(_store);

    [Fact]
    public async Task Full_namespace_refuses_and_says_the_quota_what_is_used_and_how_to_change_it()
    {
        var engine = NewEngine(new NamespaceSettings { QuotaMemories = 2 });
        await engine.PutAsync("1");
        await engine.PutAsync("2");
        var refused = await engine.PutAsync("3");
        Assert.Equal(507, refused.Status);
        Assert.Equal(
            "This namespace holds 2 memories of its quota of 2 (quota_memories), and the request would make it 3. Delete some, or raise the quota: PUT /namespaces/tests {\"quota_memories\":…}",
            refused.Rejection!.Detail);
        Assert.Equal(200, (await engine.PutAsync("2", "another text")).Status);
        await engine.WriteAsync(Delete("1"));
        Assert.Equal(200, (await engine.PutAsync("3")).Status);
    }

    [Fact]
    public async Task Full_key_refuses_its_own_writes_only()
    {
        var engine = NewEngine(new NamespaceSettings());
        Assert.Equal(200, (await WriteAsync(engine, Agent, 2, "1", "2")).Status);
        var refused = await WriteAsync(engine, Agent, 2, "3");
        Assert.Equal(507, refused.Status);
        Assert.Equal(
            "This key holds 2 memories of its limit of 2 (limits.memories), 0 of them in other namespaces, and the request would make it 3. Delete some of them, or use a key with a larger limit: POST /keys",
            refused.Rejection!.Detail);
        Assert.Equal(200, (await WriteAsync(engine, Other, 2, "4")).Status);
        Assert.Equal(200, (await engine.PutAsync("5")).Status);
    }

    [Fact]
    public async Task Batch_that_would_exceed_a_quota_stores_nothing()
    {
        var engine = NewEngine(new NamespaceSettings { QuotaMemories = 3 });
        await engine.PutAsync("1");
        Assert.Equal(507, (await WriteAsync(engine, null, null, "2", "3", "4")).Status);
        Assert.Single(await _store.ReadLogAsync(1, 0, 10, default));
        Assert.Equal(200, (await WriteAsync(engine, null, null, "1", "2", "3")).Status);
    }

    [Fact]
    public async Task Replacement_that_does_not_grow_passes_at_the_limit_and_one_that_grows_does_not()
    {
        var engine = NewEngine(new NamespaceSettings { QuotaBytes = 40 });
        await engine.PutAsync("1", new string('a', 10));
        await engine.PutAsync("2", new string('a', 7));
        Assert.Equal(200, (await engine.PutAsync("2", new string('b', 7))).Status);
        var refused = await engine.PutAsync("2", new string('b', 9));
        Assert.Equal(507, refused.Status);
        Assert.Contains("holds 39 bytes of its quota of 40 (quota_bytes), and the request would make it 41", refused.Rejection!.Detail);
    }

    [Fact]
    public async Task Batch_that_passes_a_quota_in_between_is_refused_because_readers_of_the_log_see_each_row()
    {
        var engine = NewEngine(new NamespaceSettings { QuotaBytes = 60 });
        var command = CommandOf(AnswerKind.StoreBatch, null, PutOf("1", new string('a', 50)), PutOf("1", "short"));
        Assert.Equal(507, (await engine.WriteAsync(command)).Status);
    }

    [Fact]
    public async Task Replacement_moves_the_memory_to_its_writers_count()
    {
        var engine = NewEngine(new NamespaceSettings());
        await WriteAsync(engine, Agent, 1, "1");
        await WriteAsync(engine, Other, 1, "1");
        Assert.Equal(200, (await WriteAsync(engine, Agent, 1, "2")).Status);
        Assert.Equal(507, (await WriteAsync(engine, Other, 1, "2")).Status);
        Assert.Equal(507, (await WriteAsync(engine, Agent, 1, "1")).Status);
    }

    [Fact]
    public async Task Memory_is_given_back_at_the_moment_from_which_no_reader_sees_it()
    {
        var engine = NewEngine(new NamespaceSettings { QuotaMemories = 2 });
        await engine.WriteAsync(CommandOf(AnswerKind.Store, null, PutOf("1", "a memory", expiry: new Expiry { After = TimeSpan.FromMinutes(5) })));
        await engine.PutAsync("2");
        _clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(507, (await engine.PutAsync("3")).Status);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(200, (await engine.PutAsync("3")).Status);
        // A memory that has expired and is stored again counts anew.
        Assert.Equal(507, (await engine.PutAsync("1")).Status);
    }

    [Fact]
    public async Task Next_owner_knows_the_counts_from_the_store()
    {
        var first = NewEngine(new NamespaceSettings());
        await WriteAsync(first, Agent, null, "1", "2");
        await first.CloseAsync();
        var next = NewEngine(new NamespaceSettings { QuotaMemories = 3 });
        Assert.Equal(507, (await WriteAsync(next, Agent, 2, "3")).Status);
        Assert.Equal(200, (await WriteAsync(next, Other, 2, "3")).Status);
        Assert.Equal(507, (await WriteAsync(next, Other, 2, "4")).Status);
        Assert.Equal(1, _faulty.ReadsOfAmounts);
    }

    [Fact]
    public async Task Without_quotas_and_limits_nothing_is_counted()
    {
        var engine = NewEngine(new NamespaceSettings());
        await engine.PutAsync("1");
        await engine.WriteAsync(Put("2", "a memory") with { By = Agent });
        Assert.Equal(0, _faulty.ReadsOfAmounts);
    }

    [Fact]
    public async Task Sixty_four_writers_at_once_never_overshoot_by_one()
    {
        var engine = NewEngine(new NamespaceSettings { QuotaMemories = 100 });
        var replies = await Task.WhenAll(Enumerable.Range(0, 64).SelectMany(writer => Enumerable.Range(0, 8)
            .Select(i => WriteAsync(engine, writer % 2 == 0 ? Agent : null, writer % 2 == 0 ? 30 : null, $"{(writer * 8) + i}"))));
        Assert.Equal(100, replies.Count(reply => reply.Status == 200));
        var log = await _store.ReadLogAsync(1, 0, 1000, default);
        Assert.Equal((100, 30), (log.Count, log.Count(row => row.By == Agent)));
    }

    [Fact]
    public async Task Commit_whose_answer_was_lost_is_counted_once()
    {
        var engine = NewEngine(new NamespaceSettings { QuotaMemories = 2 });
        await engine.PutAsync("1");
        _faulty.NextCommit = StoreFault.FailAfterCommit;
        Assert.Equal(200, (await engine.PutAsync("2")).Status);
        Assert.Equal(507, (await engine.PutAsync("3")).Status);
        await engine.WriteAsync(Delete("2"));
        _faulty.NextCommit = StoreFault.Unavailable;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => engine.PutAsync("3"));
        // What the failed batch had counted is given back.
        Assert.Equal(200, (await engine.PutAsync("3")).Status);
        Assert.Equal(507, (await engine.PutAsync("4")).Status);
    }

    [Fact]
    public async Task Key_is_held_to_its_limit_over_all_namespaces_of_the_silo()
    {
        var notes = NewEngine(new NamespaceSettings(), "notes");
        var drafts = NewEngine(new NamespaceSettings(), "drafts");
        await WriteAsync(notes, Agent, 3, "1", "2");
        Assert.Equal(200, (await WriteAsync(drafts, Agent, 3, "1")).Status);
        var refused = await WriteAsync(drafts, Agent, 3, "2");
        Assert.Contains("holds 3 memories of its limit of 3 (limits.memories), 2 of them in other namespaces", refused.Rejection!.Detail);
        await notes.WriteAsync(Delete("1"));
        Assert.Equal(200, (await WriteAsync(drafts, Agent, 3, "2")).Status);
    }

    [Fact]
    public async Task Writes_that_evict_count_what_they_evict_as_given_back()
    {
        var engine = NewEngine(new NamespaceSettings { MaxMemories = 2, QuotaMemories = 2 });
        foreach (var key in new[] { "1", "2", "3", "4" })
        {
            Assert.Equal(200, (await engine.PutAsync(key)).Status);
        }

        Assert.Equal(200, (await WriteAsync(engine, Agent, 2, "5", "6")).Status);
        // The next write of the key evicts one of its own.
        Assert.Equal(200, (await WriteAsync(engine, Agent, 2, "7")).Status);
        await engine.ApplyAsync(new NamespaceSettings { MaxMemories = 3 });
        Assert.Equal(507, (await WriteAsync(engine, Agent, 2, "8")).Status);
    }

    [Fact]
    public async Task Quota_that_was_lowered_lets_pass_what_does_not_grow()
    {
        var engine = NewEngine(new NamespaceSettings());
        await WriteAsync(engine, null, null, "1", "2", "3");
        await engine.ApplyAsync(new NamespaceSettings { QuotaMemories = 1 });
        Assert.Equal(200, (await engine.PutAsync("1", "a memory")).Status);
        await engine.WriteAsync(Delete("2"));
        Assert.Equal(507, (await engine.PutAsync("2")).Status);
    }

    [Fact]
    public async Task Rewind_beyond_a_quota_ends_and_says_so()
    {
        var engine = NewEngine(new NamespaceSettings());
        await WriteAsync(engine, null, null, "1", "2", "3");
        await engine.WriteAsync(Delete("1"));
        await engine.WriteAsync(Delete("2"));
        await engine.ApplyAsync(new NamespaceSettings { QuotaMemories = 2 });
        var reply = await engine.RunAsync(engine => engine.RewindAsync(new Rewind { AsOf = new Moment { Seq = 3 }, Timeout = TimeSpan.FromSeconds(20) }));
        Assert.Equal(507, reply.Rejection?.Status);
        Assert.False(reply.Complete);
    }

    [Fact]
    public async Task Deleted_namespace_gives_back_what_the_key_held_there()
    {
        var notes = NewEngine(new NamespaceSettings(), "notes");
        var drafts = NewEngine(new NamespaceSettings(), "drafts");
        await WriteAsync(notes, Agent, 2, "1", "2");
        Assert.Equal(507, (await WriteAsync(drafts, Agent, 2, "1")).Status);
        Assert.True(await notes.RunAsync(engine => engine.RemoveAsync(1, "service", default)));
        Assert.Equal(200, (await WriteAsync(drafts, Agent, 2, "1")).Status);
    }

    private EngineHarness NewEngine(NamespaceSettings settings, string name = "tests") => new(
        _faulty, clock: _clock, key: new NamespaceKey("default", name), parts: new HarnessParts { Settings = settings, KeyTotals = _totals });

    private static Task<WriteReply> WriteAsync(EngineHarness engine, string? by, long? limit, params string[] keys) => engine.WriteAsync(
        CommandOf(AnswerKind.StoreBatch, null, [.. keys.Select(key => PutOf(key, "a memory"))]) with
        {
            By = by,
            Limits = limit is null ? null : new CallerLimits { Memories = limit },
        });
}
