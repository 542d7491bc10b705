using System.Text;
using Soma.Grains.Engine;
using Soma.Grains.Engine.Caching;
using Soma.Grains.Interfaces;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Reading;

public sealed class ReadingTests
{
    private readonly InMemoryStore _store = new();

    [Fact]
    public async Task An_unknown_namespace_answers_empty_and_stores_nothing()
    {
        var engine = new EngineHarness(_store);

        Assert.Null(await engine.GetAsync("1"));
        Assert.Empty((await engine.SearchAsync("anything")).Hits);
        Assert.Null(await _store.TakeEpochAsync(Key, TimeSpan.FromSeconds(1), CancellationToken.None));
    }

    [Fact]
    public async Task A_cold_namespace_is_found_whole_and_leaves_memory_again()
    {
        var budget = new MemoryBudget(60_000);
        var engines = Enumerable.Range(0, 10).Select(i => new EngineHarness(_store, budget: budget, key: new NamespaceKey("default", $"{i}"))).ToArray();
        foreach (var engine in engines)
        {
            for (var i = 0; i < 10; i++)
            {
                await engine.PutAsync($"{i}", $"the giraffe number {i}");
            }
        }

        foreach (var engine in engines)
        {
            var reply = await engine.SearchAsync("giraffe", topK: 50);
            Assert.Equal(10, reply.Hits.Length);
            Assert.False(reply.Degraded);
            await Testing.Eventually.TrueAsync(() => budget.TotalBytes <= budget.LimitBytes);
        }
    }

    [Fact]
    public async Task A_namespace_larger_than_its_memory_is_searched_in_part_and_says_so()
    {
        var writer = new EngineHarness(_store);
        for (var i = 0; i < 200; i++)
        {
            await writer.PutAsync($"{i}", $"the giraffe number {i}");
        }

        await writer.CloseAsync();
        var engine = new EngineHarness(_store, new EngineOptions { LoadPageSize = 20 }, budget: new MemoryBudget(100_000));

        var reply = await engine.SearchAsync("giraffe");

        Assert.True(reply.Degraded);
        Assert.Equal(10, reply.Hits.Length);
        await Assert.ThrowsAsync<IndexIncompleteException>(() => ListAsync(engine, ListOrder.Seq, false, null));
    }

    [Theory]
    [InlineData(ListOrder.Seq, false)]
    [InlineData(ListOrder.Created, true)]
    [InlineData(ListOrder.Importance, true)]
    public async Task Paging_under_concurrent_writes_shows_every_untouched_memory_once(ListOrder order, bool descending)
    {
        var engine = new EngineHarness(_store);
        for (var i = 0; i < 60; i++)
        {
            await engine.WriteAsync(CommandOf(AnswerKind.Store, null, PutOf($"{i}", "kept") with { Importance = i % 7 }));
        }

        var seen = new List<string>();
        for (string? cursor = null; ;)
        {
            var page = await ListAsync(engine, order, descending, cursor);
            seen.AddRange(page.Memories.Select(memory => memory.Coordinate.Text));
            await engine.PutAsync($"{1000 + seen.Count}", "new");
            await engine.WriteAsync(Delete($"{1000 + seen.Count - 7}"));
            if (page.NextCursor is null)
            {
                break;
            }

            cursor = page.NextCursor;
        }

        var untouched = seen.Where(coordinate => !coordinate.StartsWith("10", StringComparison.Ordinal) || coordinate == "10.0").ToArray();
        Assert.Equal(60, untouched.Length);
        Assert.Equal(60, untouched.Distinct().Count());
    }

    [Theory]
    [InlineData(ListOrder.Seq, false)]
    [InlineData(ListOrder.Seq, true)]
    [InlineData(ListOrder.Created, false)]
    [InlineData(ListOrder.Created, true)]
    [InlineData(ListOrder.Importance, false)]
    [InlineData(ListOrder.Importance, true)]
    public async Task A_list_while_memories_are_rewritten_has_each_of_them_once(ListOrder order, bool descending)
    {
        var random = new Random(5);
        var engine = new EngineHarness(_store);
        for (var i = 0; i < 80; i++)
        {
            await engine.WriteAsync(CommandOf(AnswerKind.Store, null, PutOf($"{i}", "kept") with { Importance = i % 7 }));
        }

        var seen = new List<string>();
        for (string? cursor = null; ;)
        {
            var page = await ListAsync(engine, order, descending, cursor);
            seen.AddRange(page.Memories.Select(memory => memory.Coordinate.Text));
            for (var i = 0; i < 10; i++)
            {
                await engine.WriteAsync(CommandOf(AnswerKind.Store, null, PutOf($"{random.Next(80)}", "kept anew") with { Importance = random.Next(9) }));
            }

            if (page.NextCursor is null)
            {
                break;
            }

            cursor = page.NextCursor;
        }

        Assert.Equal(80, seen.Count);
        Assert.Equal(80, seen.Distinct().Count());
    }

    [Fact]
    public async Task A_cursor_of_another_order_is_refused()
    {
        var engine = new EngineHarness(_store);
        for (var i = 0; i < 20; i++)
        {
            await engine.PutAsync($"{i}");
        }

        var page = await ListAsync(engine, ListOrder.Seq, false, null);

        Assert.True((await ListAsync(engine, ListOrder.Importance, false, page.NextCursor)).CursorInvalid);
        Assert.True((await ListAsync(engine, ListOrder.Seq, false, "no cursor")).CursorInvalid);
    }

    [Fact]
    public async Task Accesses_are_counted_and_survive_a_clean_stop()
    {
        var engine = new EngineHarness(_store);
        await engine.PutAsync("1");
        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal(i, (await engine.GetAsync("1"))!.AccessCount);
        }

        await engine.CloseAsync();

        Assert.Equal(4, (await new EngineHarness(_store).GetAsync("1"))!.AccessCount);
    }

    [Fact]
    public async Task Deleted_and_overwritten_content_is_gone_from_the_very_next_search()
    {
        var engine = new EngineHarness(_store);
        for (var i = 0; i < 50; i++)
        {
            await engine.PutAsync("1", $"walrus{i}");
            Assert.Equal("1.0", Assert.Single((await engine.SearchAsync($"walrus{i}")).Hits).Memory.Coordinate.Text);
            Assert.DoesNotContain(
                (await engine.SearchAsync($"walrus{i - 1}")).Hits,
                hit => Encoding.UTF8.GetString(hit.Memory.Payload).Contains($"walrus{i - 1}\"", StringComparison.Ordinal));
        }

        await engine.WriteAsync(Delete("1"));
        Assert.Empty((await engine.SearchAsync("walrus49")).Hits);
    }

    private static Task<ListReply> ListAsync(EngineHarness engine, ListOrder order, bool descending, string? cursor) =>
        engine.RunAsync(each => each.ListAsync(
            new ListMemories { Limit = 7, Order = order, Descending = descending, Cursor = cursor, Timeout = TimeSpan.FromSeconds(20) },
            CancellationToken.None));
}
