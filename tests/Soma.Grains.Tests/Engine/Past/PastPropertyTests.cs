using System.Text;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Past;

/// <summary>Whatever was written, every answer about a moment is the one that a replay of the history gives.</summary>
public sealed class PastPropertyTests
{
    public static TheoryData<int> Hundreds => [.. Enumerable.Range(0, 10)];

    [Theory]
    [MemberData(nameof(Hundreds))]
    public async Task Every_answer_about_a_moment_is_that_of_a_replay(int hundred)
    {
        for (var seed = hundred * 100; seed < (hundred + 1) * 100; seed++)
        {
            await PastChecks.RunAsync(new InMemoryStore(isExclusive: true), seed);
        }
    }
}

/// <summary>Writes a random history into a store, and compares answers about random moments with the model.</summary>
internal static class PastChecks
{
    /// <summary><c>SOMA_PAST_HISTORIES</c>: how many histories a store is checked with; few in an ordinary test run.</summary>
    public static int Histories => int.TryParse(Environment.GetEnvironmentVariable("SOMA_PAST_HISTORIES"), out var count) ? count : 15;

    public static async Task RunAsync(ICanonicalStore store, int seed)
    {
        var world = new PastWorld(store, seed, new NamespaceKey("past", $"history-{seed}"));
        for (var round = 0; round < 3; round++)
        {
            await world.WriteAsync(8);
            if (world.Random.Next(3) == 0)
            {
                await world.KillAsync();
            }

            for (var i = 0; i < 2; i++)
            {
                await CheckAsync(world, world.AnyMoment());
            }

            await CheckAsync(world, new Moment { Seq = world.Model.Head });
            await CheckAsync(world, new Moment { At = world.Now });
        }
    }

    private static async Task CheckAsync(PastWorld world, Moment moment)
    {
        var state = world.StateAt(moment);
        await CheckGetsAsync(world, moment, state);
        await CheckListAsync(world, moment, state);
        await CheckSearchAsync(world, moment, state);
        await CheckLinksAsync(world, moment, state);
    }

    private static async Task CheckGetsAsync(PastWorld world, Moment moment, PastModel.State state)
    {
        for (var number = 0; number < PastWorld.Keys; number++)
        {
            var key = PastWorld.KeyOf(number);
            var reply = await world.AskAsync(engine => engine.GetAsync(
                new GetMemory { Coordinate = At(key), Timeout = PastWorld.Timeout, AsOf = moment }, default));
            Assert.Null(reply.Rejection);
            AssertSame(state.Memories.GetValueOrDefault(key), reply.Memory);
        }
    }

    private static async Task CheckListAsync(PastWorld world, Moment moment, PastModel.State state)
    {
        var order = (ListOrder)world.Random.Next(3);
        var (listed, cursor, first) = (new List<MemoryRecord>(), (string?)null, true);
        while (first || cursor is not null)
        {
            // Later pages keep the moment, whether they name it or not.
            var query = new ListMemories
            {
                Limit = 2,
                Timeout = PastWorld.Timeout,
                Cursor = cursor,
                Order = order,
                AsOf = first || world.Random.Next(2) == 0 ? moment : null,
            };
            var page = await world.AskAsync(engine => engine.ListAsync(query, default));
            Assert.Null(page.Rejection);
            Assert.False(page.CursorInvalid);
            listed.AddRange(page.Memories);
            (cursor, first) = (page.NextCursor, false);
        }

        Assert.Equal(state.Memories.Keys, listed.Select(memory => memory.Coordinate.Text).Order(StringComparer.Ordinal));
        Assert.All(listed, memory => AssertSame(state.Memories[memory.Coordinate.Text], memory));
        if (order == ListOrder.Seq)
        {
            Assert.Equal(listed.Select(memory => memory.Seq).Order(), listed.Select(memory => memory.Seq));
        }
    }

    private static async Task CheckSearchAsync(PastWorld world, Moment moment, PastModel.State state)
    {
        var word = PastWorld.Words[world.Random.Next(PastWorld.Words.Length)];
        var found = await SearchAsync(world, new SearchMemories { Query = word, Mode = SearchMode.Keyword, TopK = 100, Timeout = PastWorld.Timeout, AsOf = moment });
        Assert.Equal(
            state.Memories.Where(each => (each.Value.Text ?? each.Value.Payload).Contains(word)).Select(each => each.Key),
            found);

        var tag = world.Random.Next(3);
        var filter = Encoding.UTF8.GetBytes($$"""{"tag":{{tag}}}""");
        Assert.Equal(
            state.Memories.Where(each => each.Value.Payload.EndsWith($":{tag}}}", StringComparison.Ordinal)).Select(each => each.Key),
            await SearchAsync(world, new SearchMemories { TopK = 100, Filter = filter, Timeout = PastWorld.Timeout, AsOf = moment }));

        var vector = PastWorld.Vector(world.Random.Next(PastWorld.Words.Length));
        var near = state.Memories.Where(each => each.Value.Vector == Convert.ToHexString(vector)).Select(each => each.Key).ToArray();
        if (near.Length > 0)
        {
            Assert.Equal(near, await SearchAsync(world, new SearchMemories { Vector = vector, TopK = 100, Timeout = PastWorld.Timeout, AsOf = moment }));
        }
    }

    private static async Task<IEnumerable<string>> SearchAsync(PastWorld world, SearchMemories query)
    {
        var reply = await world.AskAsync(engine => engine.SearchAsync(query, default));
        Assert.Null(reply.Rejection);
        Assert.Equal((false, 0), (reply.Degraded, reply.Refining));
        return reply.Hits.Select(hit => hit.Memory.Coordinate.Text).Order(StringComparer.Ordinal);
    }

    private static async Task CheckLinksAsync(PastWorld world, Moment moment, PastModel.State state)
    {
        var (from, to, hops) = (world.AnyKey(), world.AnyKey(), world.Random.Next(1, 4));
        var direction = (LinkDirection)world.Random.Next(3);
        var near = await world.AskAsync(engine => engine.GetNeighborsAsync(
            new GetNeighbors { Coordinate = At(from), Hops = hops, Limit = 1000, Direction = direction, Timeout = PastWorld.Timeout, AsOf = moment }, default));
        Assert.Null(near.Rejection);
        var reach = state.Reach(from, hops, direction != LinkDirection.In, direction != LinkDirection.Out);
        Assert.Equal(
            reach.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => (each.Key, each.Value)),
            near.Neighbors.Select(each => (each.Coordinate.Text, each.Hops)).Distinct().OrderBy(each => each.Text, StringComparer.Ordinal));
        Assert.All(near.Neighbors, each => Assert.Equal(StrengthOf(state, each), each.Strength));

        var path = await world.AskAsync(engine => engine.FindPathAsync(
            new FindPath { From = At(from), To = At(to), Timeout = PastWorld.Timeout, AsOf = moment }, default));
        var steps = from == to ? 0 : state.Reach(from, 9, outgoing: true, incoming: false).GetValueOrDefault(to, -1);
        Assert.Equal(steps + 1, path.Path.Length);
        for (var i = 0; i + 1 < path.Path.Length; i++)
        {
            Assert.Contains((path.Path[i].Text, path.Path[i + 1].Text, path.LinkTypes[i]), state.Links.Keys);
        }
    }

    private static double StrengthOf(PastModel.State state, Neighbor neighbor) => neighbor.Direction == LinkDirection.In
        ? state.Links[(neighbor.Coordinate.Text, neighbor.Via!.Value.Text, neighbor.LinkType)]
        : state.Links[(neighbor.Via!.Value.Text, neighbor.Coordinate.Text, neighbor.LinkType)];

    private static void AssertSame(ModelMemory? expected, MemoryRecord? actual)
    {
        Assert.Equal(expected is null, actual is null);
        if (expected is not null && actual is not null)
        {
            Assert.Equal(
                (expected.Seq, expected.Version, expected.Payload, expected.Type, expected.Importance, expected.ExpiresAt),
                (actual.Seq, actual.Version, Encoding.UTF8.GetString(actual.Payload), actual.Type, actual.Importance, actual.ExpiresAt));
        }
    }
}
