using System.Text;
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
            Patience = TimeSpan.FromSeconds(20),
        }));

        Assert.Equal(1, reply.Deleted);
        Assert.NotNull(await engine.GetAsync("2"));
    }

    private async Task<EngineHarness> FilledAsync(int count)
    {
        var engine = new EngineHarness(_store);
        foreach (var chunk in Enumerable.Range(0, count).Chunk(500))
        {
            await engine.WriteAsync(CommandOf(AnswerKind.StoreBatch, null, [.. chunk.Select(i => new PutMemory
            {
                Coordinate = At($"{i}"),
                Payload = Encoding.UTF8.GetBytes($$"""{"kind":"{{(i % 2 == 1 ? "odd" : "even")}}"}"""),
                Type = MemoryType.Episodic,
                Importance = 1,
            })]));
        }

        return engine;
    }

    private static Task<DeleteManyReply> DeleteAsync(EngineHarness engine, string filter, IdempotencyKey? key = null, bool dryRun = false) =>
        engine.RunAsync(each => each.DeleteManyAsync(new DeleteMany
        {
            Filter = Encoding.UTF8.GetBytes(filter),
            Key = key,
            DryRun = dryRun,
            Patience = TimeSpan.FromSeconds(20),
        }));
}
