using Soma.Grains.Engine.Mapping;
using Soma.Grains.Interfaces;
using Soma.Testing;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Mapping;

public sealed class NamespaceMapTests
{
    private readonly EngineHarness _engine = new(new InMemoryStore());

    [Fact]
    public async Task The_first_request_is_answered_at_once_and_the_map_comes_later()
    {
        await WriteAsync(20);
        var first = await AskAsync();
        Assert.Equal((20L, true), (first.HeadSeq, first.Progress is not null || first.Map is not null));
        var reply = await MadeAsync();
        Assert.Equal((20L, 20L, 20, 20), (reply.HeadSeq, reply.MapSeq!.Value, reply.Map!.Memories, reply.Map.Coordinates.Length));
        Assert.Equal(20, reply.Map.Coordinates.Distinct().Count());

        var again = await AskAsync(have: reply.MapSeq);
        Assert.Equal((20L, null, null), (again.MapSeq, again.Map, again.Progress));
    }

    [Fact]
    public async Task A_namespace_that_was_never_written_has_an_empty_map()
    {
        var reply = await AskAsync();
        Assert.Equal((0L, 0L, 0, null), (reply.HeadSeq, reply.MapSeq, reply.Map!.Memories, reply.Progress));
    }

    [Fact]
    public async Task A_map_stays_for_some_writes_is_made_anew_after_many_and_after_one_if_that_is_wanted()
    {
        await WriteAsync(40);
        await MadeAsync();
        await WriteAsync(2);
        var kept = await AskAsync();
        Assert.Equal((42L, 40L, null), (kept.HeadSeq, kept.MapSeq, kept.Progress));

        var wanted = await AskAsync(fresh: true);
        Assert.True(wanted.Progress is not null || wanted.MapSeq == 42);
        Assert.Equal(42L, (await MadeAsync()).MapSeq);
        Assert.Null((await AskAsync(fresh: true)).Progress);

        await WriteAsync(3);
        await Eventually.TrueAsync(async () => (await AskAsync()).MapSeq == 45);
    }

    [Fact]
    public async Task A_purge_takes_the_map_away_because_its_words_may_be_what_was_purged()
    {
        await WriteAsync(20);
        await MadeAsync();
        await _engine.WriteAsync(CommandOf(AnswerKind.Delete, null, new DeleteMemory { Coordinate = At("1"), Purge = true }));
        Assert.Null((await AskAsync()).Map);
        var reply = await MadeAsync();
        Assert.Equal((21L, 19), (reply.MapSeq!.Value, reply.Map!.Memories));
        Assert.DoesNotContain(At("1"), reply.Map.Coordinates);
    }

    [Fact]
    public async Task A_silo_makes_one_map_at_a_time()
    {
        var pool = new MapPool(TaskScheduler.Default);
        var (first, begun) = (new TaskCompletionSource(), 0);
        var one = pool.RunAsync(() => MakeAsync(first.Task), CancellationToken.None);
        var other = pool.RunAsync(() => MakeAsync(Task.CompletedTask), CancellationToken.None);
        Assert.Equal((1, false), (begun, other.IsCompleted));
        first.SetResult();
        await Task.WhenAll(one, other);
        Assert.Equal(2, begun);

        async Task<bool> MakeAsync(Task until)
        {
            begun++;
            await until;
            return true;
        }
    }

    private async Task WriteAsync(int count)
    {
        var head = (await _engine.SearchAsync("x")).HeadSeq;
        for (var i = head; i < head + count; i++)
        {
            Assert.Null((await _engine.PutAsync($"{i}", i % 2 == 0 ? $"The kettle boils in the kitchen {i}" : $"A train leaves the harbour {i}")).Rejection);
        }
    }

    private Task<MapReply> AskAsync(long? have = null, bool fresh = false) => _engine.RunAsync(engine => engine.GetMapAsync(
        new GetMap { Have = have, Fresh = fresh, Timeout = TimeSpan.FromSeconds(20) }, CancellationToken.None));

    /// <summary>Asks until no map is being made.</summary>
    private async Task<MapReply> MadeAsync()
    {
        MapReply? reply = null;
        await Eventually.TrueAsync(async () => (reply = await AskAsync()) is { Progress: null, Map: not null });
        return reply!;
    }
}
