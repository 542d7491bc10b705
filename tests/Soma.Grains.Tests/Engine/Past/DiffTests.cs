using Soma.Grains.Interfaces;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Past;

public sealed class DiffTests
{
    private readonly InMemoryStore _store = new(isExclusive: true);

    [Fact]
    public async Task Differences_of_random_moments_are_those_of_a_replay()
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var world = new PastWorld(_store, seed, new NamespaceKey("past", $"diff-{seed}"));
            await world.WriteAsync(20);
            var (from, to) = (world.AnyMoment(), world.AnyMoment());
            var (before, after) = (world.StateAt(from).Memories, world.StateAt(to).Memories);
            var expected = before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
                .Where(key => before.GetValueOrDefault(key)?.Content != after.GetValueOrDefault(key)?.Content)
                .Select(key => (key, before.GetValueOrDefault(key)?.Seq, after.GetValueOrDefault(key)?.Seq));
            Assert.Equal(expected, await DiffAsync(world.Engine, new DiffStates { From = from, To = to, Limit = 2, Timeout = PastWorld.Timeout }));
        }
    }

    [Fact]
    public async Task Two_namespaces_differ_in_just_what_was_changed()
    {
        var (one, other) = (new EngineHarness(_store, key: new("t", "one")), new EngineHarness(_store, key: new("t", "other")));
        // The same memories, with other seqs and versions.
        await other.PutAsync("7", "a memory");
        foreach (var engine in new[] { one, other })
        {
            await engine.WriteAsync(CommandOf(AnswerKind.StoreBatch, null, [.. Enumerable.Range(1, 2_600).Select(i => PutOf($"{i}", "a memory"))]));
        }

        await other.PutAsync("5", "changed");
        await other.WriteAsync(Delete("1800"));
        await other.PutAsync("9000", "added");
        var changes = await DiffAsync(
            one, new DiffStates { Other = new("t", "other"), Limit = 2, Timeout = PastWorld.Timeout },
            asked => other.RunAsync(engine => engine.DiffAsync(asked, _ => throw new NotSupportedException(), default)));
        Assert.Equal(
            [("1800.0", true, false), ("5.0", true, true), ("9000.0", false, true)],
            changes.Select(change => (change.Key, change.From is not null, change.To is not null)));
    }

    [Fact]
    public async Task Pages_compare_the_states_of_the_first_page_whatever_is_written_between()
    {
        var engine = new EngineHarness(_store);
        await engine.WriteAsync(CommandOf(AnswerKind.StoreBatch, null, [.. Enumerable.Range(1, 5).Select(i => PutOf($"{i}", "a memory"))]));
        var query = new DiffStates { From = new Moment { Seq = 0 }, Limit = 2, Timeout = PastWorld.Timeout };
        var first = await engine.RunAsync(each => each.DiffAsync(query, _ => throw new NotSupportedException(), default));
        await engine.WriteAsync(Delete("4"));
        var rest = await DiffAsync(engine, query with { Cursor = first.NextCursor });
        Assert.Equal(["3.0", "4.0", "5.0"], rest.Select(change => change.Key));
        Assert.True((await engine.RunAsync(each => each.DiffAsync(query with { Cursor = "x" }, _ => throw new NotSupportedException(), default))).CursorInvalid);
    }

    [Fact]
    public async Task The_present_is_compared_page_by_page_where_the_state_of_its_seq_is_not_whole()
    {
        var (one, other) = (new EngineHarness(_store, key: new("t", "one")), new EngineHarness(_store, key: new("t", "other")));
        foreach (var engine in new[] { one, other })
        {
            await engine.WriteAsync(CommandOf(AnswerKind.StoreBatch, null, [.. Enumerable.Range(1, 700).Select(i => PutOf($"{i}", engine == one ? "one" : "other"))]));
        }

        var now = Instant.From(TimeProvider.System.GetUtcNow());
        _store.MoveOldestSeq(new("t", "one"), 701, now);
        _store.MoveOldestSeq(new("t", "other"), 701, now);
        var changes = await DiffAsync(
            one, new DiffStates { Other = new("t", "other"), Limit = 300, Timeout = PastWorld.Timeout },
            asked => other.RunAsync(engine => engine.DiffAsync(asked, _ => throw new NotSupportedException(), default)));

        Assert.Equal(700, changes.Count);
    }

    private static async Task<IReadOnlyList<(string Key, long? From, long? To)>> DiffAsync(
        EngineHarness engine, DiffStates query, Func<DiffStates, Task<DiffReply>>? askOther = null)
    {
        var changes = new List<(string, long?, long?)>();
        do
        {
            var page = await engine.RunAsync(each => each.DiffAsync(query, askOther ?? (_ => throw new NotSupportedException()), default));
            Assert.Null(page.Rejection);
            Assert.False(page.CursorInvalid);
            Assert.True(page.Changes.Length <= query.Limit);
            changes.AddRange(page.Changes.Select(change => (change.Coordinate.Text, change.From?.Seq, change.To?.Seq)));
            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);
        return changes;
    }
}
