using System.Text;
using Soma.Grains.Engine;
using Soma.Grains.Interfaces;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Committing;

public sealed class DeleteSeriesTests
{
    private readonly InMemoryStore _store = new();

    [Fact]
    public async Task A_filter_deletes_what_it_matches_and_nothing_else()
    {
        var engine = await FilledAsync(30);

        var dry = await DeleteAsync(engine, """{"kind":"odd"}""", dryRun: true);
        var reply = await DeleteAsync(engine, """{"kind":"odd"}""");

        Assert.Equal(15, dry.Deleted);
        Assert.Equal(15, reply.Deleted);
        Assert.True(reply.Complete);
        Assert.Null(await engine.GetAsync("1"));
        Assert.NotNull(await engine.GetAsync("2"));
        Assert.Equal(0, (await DeleteAsync(engine, """{"kind":"odd"}""")).Deleted);
    }

    [Fact]
    public async Task More_than_one_commit_of_rows_is_deleted_and_counted_whole()
    {
        var engine = await FilledAsync(2_300);

        var reply = await DeleteAsync(engine, "{}");

        Assert.Equal(2_300, reply.Deleted);
        Assert.Equal(4_600, reply.HeadSeq);
    }

    [Fact]
    public async Task A_large_delete_looks_at_the_namespace_once_and_not_once_for_every_commit()
    {
        var (calls, store) = (0, new FaultyStore(_store));
        var engine = new EngineHarness(store, new EngineOptions { ReadLease = TimeSpan.FromMinutes(1) });
        // Texts this long are held as hashes, so that the filter has to ask the store for each of them.
        await FillAsync(engine, 3_000, note: new string('x', 300));
        await engine.SearchAsync("warm");
        store.BeforeCall = () =>
        {
            calls++;
            return Task.CompletedTask;
        };

        var dry = await DeleteAsync(engine, """{"note":{"$contains":"xx"}}""", dryRun: true);
        var callsOfOneLook = calls;
        var reply = await DeleteAsync(engine, """{"note":{"$contains":"xx"}}""");

        Assert.Equal((3_000, 3_000), (dry.Deleted, reply.Deleted));
        Assert.True(callsOfOneLook > 0);
        Assert.Equal(2 * callsOfOneLook, calls);
    }

    [Fact]
    public async Task A_memory_that_no_longer_matches_when_its_turn_comes_is_kept()
    {
        var store = new FaultyStore(_store);
        var engine = new EngineHarness(store);
        await FillAsync(engine, 2_500);
        var (gate, commits) = (new TaskCompletionSource(), 0);
        store.BeforeCommit = _ => ++commits == 1 ? gate.Task : Task.CompletedTask;

        var deleting = DeleteAsync(engine, """{"kind":"even"}""");
        await Soma.Testing.Eventually.TrueAsync(() => commits == 1);
        var changing = engine.WriteAsync(CommandOf(AnswerKind.Store, null, PutOf("2498", "kept")));
        gate.SetResult();

        await changing;
        Assert.Equal(1_249, (await deleting).Deleted);
        Assert.NotNull(await engine.GetAsync("2498"));
    }

    [Fact]
    public async Task The_same_key_again_gets_the_same_count()
    {
        var engine = await FilledAsync(10);
        var key = KeyOf("delete");

        var first = await DeleteAsync(engine, """{"kind":"odd"}""", key);
        await engine.PutAsync("1");
        await engine.CloseAsync();
        var again = await DeleteAsync(new EngineHarness(_store), """{"kind":"odd"}""", key);

        Assert.Equal(5, first.Deleted);
        Assert.Equal(5, again.Deleted);
    }

    [Fact]
    public async Task Coordinates_and_a_filter_must_both_hold()
    {
        var engine = await FilledAsync(10);

        var reply = await engine.RunAsync(each => each.DeleteManyAsync(new DeleteMany
        {
            Coordinates = [At("1"), At("2"), At("77")],
            Filter = """{"kind":"odd"}"""u8.ToArray(),
            Timeout = TimeSpan.FromSeconds(20),
        }));

        Assert.Equal(1, reply.Deleted);
        Assert.NotNull(await engine.GetAsync("2"));
    }

    [Fact]
    public async Task The_same_request_twice_at_once_deletes_and_counts_once()
    {
        var engine = await FilledAsync(2_500);
        var key = KeyOf("twice");

        var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => DeleteAsync(engine, "{}", key)));

        Assert.All(replies, reply => Assert.Equal((2_500, true, 5_000), (reply.Deleted, reply.Complete, reply.HeadSeq)));
        Assert.Equal(200, (await engine.PutAsync("1")).Status);
    }

    [Fact]
    public async Task A_key_that_another_kind_of_write_used_is_a_conflict_and_holds_nobody_up()
    {
        var engine = await FilledAsync(10);
        var write = engine.WriteAsync(Put("1", "written", KeyOf("k", "a write")));
        var delete = DeleteAsync(engine, "{}", KeyOf("k", "a delete"));

        Assert.Equal(200, (await write).Status);
        Assert.Equal(409, (await delete).Rejection?.Status);
        Assert.Equal(200, (await engine.PutAsync("2")).Status);
    }

    [Fact]
    public async Task A_retry_goes_on_behind_the_chunks_that_are_done()
    {
        var store = new FaultyStore(_store);
        var engine = new EngineHarness(store);
        await FillAsync(engine, 1_500);
        var key = KeyOf("chunks");
        var commits = 0;
        store.OnCommit = _ => commits++ == 0 ? StoreFault.None : StoreFault.Unavailable;
        var request = new DeleteMany { Coordinates = [.. Enumerable.Range(0, 1_500).Select(i => At($"{i}"))], Key = key, Timeout = TimeSpan.FromSeconds(20) };

        var stopped = await engine.RunAsync(each => each.DeleteManyAsync(request));
        store.OnCommit = _ => StoreFault.None;
        await engine.PutAsync("3", "stored anew");
        var again = await engine.RunAsync(each => each.DeleteManyAsync(request));

        Assert.Equal((1_000, false), (stopped.Deleted, stopped.Complete));
        Assert.Equal((1_500, true), (again.Deleted, again.Complete));
        Assert.NotNull(await engine.GetAsync("3"));
    }

    private async Task<EngineHarness> FilledAsync(int count)
    {
        var engine = new EngineHarness(_store);
        await FillAsync(engine, count);
        return engine;
    }

    private static async Task FillAsync(EngineHarness engine, int count, string note = "")
    {
        foreach (var chunk in Enumerable.Range(0, count).Chunk(500))
        {
            await engine.WriteAsync(CommandOf(AnswerKind.StoreBatch, null, [.. chunk.Select(i => new PutMemory
            {
                Coordinate = At($"{i}"),
                Payload = Encoding.UTF8.GetBytes($$"""{"kind":"{{(i % 2 == 1 ? "odd" : "even")}}","note":"{{note}}"}"""),
                Type = MemoryType.Episodic,
                Importance = 1,
            })]));
        }
    }

    private static Task<DeleteManyReply> DeleteAsync(EngineHarness engine, string filter, IdempotencyKey? key = null, bool dryRun = false) =>
        engine.RunAsync(each => each.DeleteManyAsync(new DeleteMany
        {
            Filter = Encoding.UTF8.GetBytes(filter),
            Key = key,
            DryRun = dryRun,
            Timeout = TimeSpan.FromSeconds(20),
        }));
}
