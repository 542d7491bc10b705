using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Past;

public sealed class RewindTests
{
    private readonly FaultyStore _store = new(new InMemoryStore(isExclusive: true));
    private readonly EngineHarness _engine;

    public RewindTests() => _engine = new EngineHarness(_store);

    public static TheoryData<int> Fifties => [.. Enumerable.Range(0, 6)];

    [Theory]
    [MemberData(nameof(Fifties))]
    public async Task A_rewind_makes_the_state_that_it_names_and_can_itself_be_rewound(int fifty)
    {
        for (var seed = fifty * 50; seed < (fifty + 1) * 50; seed++)
        {
            await RewindChecks.RunAsync(new InMemoryStore(isExclusive: true), seed);
        }
    }

    [Fact]
    public async Task A_rewind_that_stopped_goes_on_under_its_key_and_counts_all_that_it_did()
    {
        await FillAsync(700);
        await _engine.PutAsync("1", "changed");
        var commits = 0;
        // The first commit of the rewind is applied, the second one fails.
        _store.OnCommit = batch => batch.Log.Count > 1 && ++commits == 2 ? StoreFault.Unavailable : StoreFault.None;
        var stopped = await RewindAsync(0, "back");
        Assert.Equal((false, 500L), (stopped.Complete, stopped.Deleted));
        var done = await RewindAsync(0, "back");
        Assert.Equal((true, 700L), (done.Complete, done.Deleted));
        var again = await RewindAsync(0, "back");
        Assert.Equal((true, 700L, done.HeadSeq), (again.Complete, again.Deleted, again.HeadSeq));
        Assert.Equal(409, (await RewindAsync(0, "back", request: "another")).Rejection!.Status);
        Assert.Null(await _engine.GetAsync("1"));
    }

    [Fact]
    public async Task What_a_rewind_deletes_says_why_in_its_history()
    {
        await _engine.PutAsync("1");
        await RewindAsync(0, "back");
        var history = await _engine.RunAsync(engine => engine.GetHistoryAsync(
            new GetHistory { Coordinate = At("1"), Limit = 10, Timeout = PastWorld.Timeout }, default));
        Assert.Equal(DeleteReasons.Rewound, history.Versions[0].Reason);
    }

    [Fact]
    public async Task A_memory_that_is_purged_during_a_rewind_does_not_come_back()
    {
        await _engine.PutAsync("1", "a secret");
        await _engine.PutAsync("2");
        await _engine.WriteAsync(Delete("1"));
        await _engine.WriteAsync(Delete("2"));
        Task<WriteReply>? purge = null;
        // The purge is queued while the rewind reads the contents that it is about to store.
        _store.BeforeCall = () =>
        {
            purge ??= _engine.WriteAsync(CommandOf(AnswerKind.Delete, null, new DeleteMemory { Coordinate = At("1"), Purge = true }));
            return Task.CompletedTask;
        };
        var done = await RewindAsync(2, "back");
        await purge!;
        Assert.True(done.Complete);
        Assert.Null(await _engine.GetAsync("1"));
        Assert.NotNull(await _engine.GetAsync("2"));
    }

    [Fact]
    public async Task A_rewind_whose_moment_is_compacted_meanwhile_ends_and_deletes_nothing()
    {
        var store = new InMemoryStore(isExclusive: true);
        var watched = new FaultyStore(store);
        var engine = new EngineHarness(watched);
        await engine.PutAsync("1", "old");
        await engine.PutAsync("1", "new");
        // From now on each read of the store comes after the horizon was moved, as a compaction does before it drops a version.
        var calls = 0;
        watched.BeforeCall = () =>
        {
            if (++calls == 4)
            {
                store.MoveOldestSeq(Key, 2);
            }

            return Task.CompletedTask;
        };
        var reply = await engine.RunAsync(each => each.RewindAsync(new Rewind { AsOf = new Moment { Seq = 1 }, Timeout = PastWorld.Timeout }));
        Assert.Equal(410, reply.Rejection!.Status);
        Assert.Contains("new", System.Text.Encoding.UTF8.GetString((await engine.GetAsync("1"))!.Payload));
    }

    [Theory]
    [InlineData(9, 400)]
    [InlineData(1, 410)]
    public async Task A_moment_that_cannot_be_read_cannot_be_rewound_to(long seq, int status)
    {
        var store = new InMemoryStore(isExclusive: true);
        var engine = new EngineHarness(store);
        await engine.PutAsync("1");
        await engine.PutAsync("2");
        store.MoveOldestSeq(Key, 2);
        var reply = await engine.RunAsync(each => each.RewindAsync(new Rewind { AsOf = new Moment { Seq = seq }, Timeout = PastWorld.Timeout }));
        Assert.Equal(status, reply.Rejection!.Status);
        Assert.Contains("seq 2 to 2", reply.Rejection.Detail);
    }

    [Fact]
    public async Task A_rewind_to_a_time_goes_by_the_time_where_the_state_of_its_seq_is_not_whole()
    {
        var store = new InMemoryStore(isExclusive: true);
        var engine = new EngineHarness(store);
        await engine.PutAsync("1");
        var now = new Moment { At = Instant.From(TimeProvider.System.GetUtcNow()) };
        store.MoveOldestSeq(Key, 2, now.At!.Value);

        var reply = await engine.RunAsync(each => each.RewindAsync(new Rewind { AsOf = now, Timeout = PastWorld.Timeout }));

        Assert.Equal((null, true, 1L), (reply.Rejection, reply.Complete, reply.PastSeq));
    }

    private async Task FillAsync(int count)
    {
        await _engine.WriteAsync(CommandOf(AnswerKind.StoreBatch, null, [.. Enumerable.Range(1, count).Select(i => PutOf($"{i}", "a memory"))]));
    }

    private Task<RewindReply> RewindAsync(long seq, string key, string request = "same") => _engine.RunAsync(engine => engine.RewindAsync(
        new Rewind { AsOf = new Moment { Seq = seq }, Key = KeyOf(key, request), Timeout = PastWorld.Timeout }));
}
