using Soma.Grains.Engine;
using Soma.Grains.Interfaces;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Past;

public sealed class MomentTests
{
    private readonly InMemoryStore _store = new(isExclusive: true);
    private readonly EngineHarness _engine;

    public MomentTests() => _engine = new EngineHarness(_store);

    public static TheoryData<string> Reads => ["get", "list", "search", "neighbours", "path"];

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task A_moment_before_the_horizon_is_gone_and_the_answer_says_what_is_kept(string read)
    {
        await _engine.PutAsync("1");
        await _engine.PutAsync("2");
        await _engine.PutAsync("3");
        _store.MoveOldestSeq(Key, 2);
        var (refusal, _) = await ReadAsync(read, new Moment { Seq = 1 });
        Assert.Equal(410, refusal!.Status);
        Assert.Contains("Kept are the states of seq 2 to 3.", refusal.Detail);
        Assert.Equal((null, 2L), await ReadAsync(read, new Moment { Seq = 2 }));
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task A_moment_of_a_namespace_that_nobody_wrote_to_does_not_exist(string read)
    {
        Assert.Equal(400, (await ReadAsync(read, new Moment { Seq = 1 })).Refusal!.Status);
        Assert.Equal((null, 0L), await ReadAsync(read, new Moment { Seq = 0 }));
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task A_time_is_read_where_the_past_is_whole_from_it_on_though_the_state_of_its_seq_is_not(string read)
    {
        // As after the compaction of a memory that expired behind the newest commit: the horizon is one more than the head.
        await _engine.PutAsync("1");
        var now = Instant.From(TimeProvider.System.GetUtcNow());
        _store.MoveOldestSeq(Key, 2, now);

        Assert.Equal((null, 1L), await ReadAsync(read, new Moment { At = now }));
        Assert.Equal(410, (await ReadAsync(read, new Moment { Seq = 1 })).Refusal!.Status);
    }

    [Fact]
    public async Task A_time_among_many_writes_is_found()
    {
        var store = new InMemoryStore(isExclusive: true);
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        var engine = new EngineHarness(store, clock: clock);
        var first = Instant.From(clock.GetUtcNow());
        for (var i = 0; i < 300; i++)
        {
            await engine.PutAsync("1", $"version {i + 1}");
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        foreach (var seconds in new[] { 0, 1, 31, 32, 33, 150, 299 })
        {
            var reply = await engine.RunAsync(each => each.GetAsync(
                new GetMemory { Coordinate = At("1"), Timeout = PastWorld.Timeout, AsOf = new Moment { At = new Instant(first.Microseconds + (seconds * 1_000_000L) + 5) } }, default));
            Assert.Equal(seconds + 1, reply.Memory!.Version);
        }
    }

    private async Task<(Rejection? Refusal, long? Seq)> ReadAsync(string read, Moment moment)
    {
        var time = PastWorld.Timeout;
        return read switch
        {
            "get" => await AskAsync(engine => engine.GetAsync(new GetMemory { Coordinate = At("1"), Timeout = time, AsOf = moment }, default), reply => (reply.Rejection, reply.PastSeq)),
            "list" => await AskAsync(engine => engine.ListAsync(new ListMemories { Limit = 1, Timeout = time, AsOf = moment }, default), reply => (reply.Rejection, reply.PastSeq)),
            "search" => await AskAsync(engine => engine.SearchAsync(new SearchMemories { TopK = 1, Query = "x", Timeout = time, AsOf = moment }, default), reply => (reply.Rejection, reply.PastSeq)),
            "neighbours" => await AskAsync(engine => engine.GetNeighborsAsync(new GetNeighbors { Coordinate = At("1"), Timeout = time, AsOf = moment }, default), reply => (reply.Rejection, reply.PastSeq)),
            _ => await AskAsync(engine => engine.FindPathAsync(new FindPath { From = At("1"), To = At("2"), Timeout = time, AsOf = moment }, default), reply => (reply.Rejection, reply.PastSeq)),
        };
    }

    private async Task<(Rejection?, long?)> AskAsync<T>(Func<NamespaceEngine, Task<T>> ask, Func<T, (Rejection?, long?)> take) => take(await _engine.RunAsync(ask));
}
