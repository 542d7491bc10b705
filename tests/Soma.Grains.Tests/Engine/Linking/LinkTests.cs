using Soma.Grains.Engine;
using Soma.Grains.Interfaces;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Linking;

public sealed class LinkTests
{
    private readonly EngineHarness _engine = new(new InMemoryStore());

    [Fact]
    public async Task Neighbours_come_nearest_first_then_strongest_each_once()
    {
        await LinkAsync("1", "2", 0.5);
        await LinkAsync("1", "3", 0.9);
        await LinkAsync("3", "2", 1);
        await LinkAsync("2", "4", 1);
        await LinkAsync("4", "1", 1);

        var one = await NeighborsAsync("1", hops: 1);
        var three = await NeighborsAsync("1", hops: 3);

        Assert.Equal(["3.0", "2.0"], one.Select(each => each.Coordinate.Text));
        Assert.Equal([("3.0", 1), ("2.0", 1), ("4.0", 2)], three.Select(each => (each.Coordinate.Text, each.Hops)));
    }

    [Fact]
    public async Task Every_link_to_a_neighbour_is_listed_with_its_type_and_direction()
    {
        await LinkAsync("1", "2", 0.9, "employs");
        await LinkAsync("1", "2", 0.9, "married_to");
        await LinkAsync("1", "2", 0.2, "distrusts");
        await LinkAsync("2", "1", 0.5, "reports_to");
        await LinkAsync("2", "3", 1, "knows");

        var all = await NeighborsAsync("1", hops: 2, direction: LinkDirection.Both);

        Assert.Equal(
            [("employs", "2.0", LinkDirection.Out, "1.0", 1), ("married_to", "2.0", LinkDirection.Out, "1.0", 1), ("reports_to", "2.0", LinkDirection.In, "1.0", 1),
             ("distrusts", "2.0", LinkDirection.Out, "1.0", 1), ("knows", "3.0", LinkDirection.Out, "2.0", 2)],
            all.Select(each => (each.LinkType, each.Coordinate.Text, each.Direction!.Value, each.Via!.Value.Text, each.Hops)));
        Assert.Equal(["employs", "married_to", "distrusts"], (await NeighborsAsync("1", hops: 1)).Select(each => each.LinkType));
    }

    [Fact]
    public async Task Links_are_followed_in_the_direction_asked_for()
    {
        await LinkAsync("1", "2");
        await LinkAsync("3", "1");

        Assert.Equal(["2.0"], (await NeighborsAsync("1", direction: LinkDirection.Out)).Select(each => each.Coordinate.Text));
        Assert.Equal(["3.0"], (await NeighborsAsync("1", direction: LinkDirection.In)).Select(each => each.Coordinate.Text));
        Assert.Equal(["2.0", "3.0"], (await NeighborsAsync("1", direction: LinkDirection.Both)).Select(each => each.Coordinate.Text).Order());
    }

    [Fact]
    public async Task A_weighted_path_takes_the_cheaper_way_round_and_a_plain_one_the_shorter()
    {
        await LinkAsync("1", "3", 5, "far");
        await LinkAsync("1", "2", 1, "near");
        await LinkAsync("2", "3", 1, "near");

        var plain = await PathAsync("1", "3", weighted: false);
        var weighted = await PathAsync("1", "3", weighted: true);

        Assert.Equal(["1.0", "3.0"], plain.Path.Select(each => each.Text));
        Assert.Equal(["far"], plain.LinkTypes);
        Assert.Equal(["1.0", "2.0", "3.0"], weighted.Path.Select(each => each.Text));
        Assert.Equal(["near", "near"], weighted.LinkTypes);
    }

    [Fact]
    public async Task A_path_has_at_most_the_nodes_asked_for()
    {
        for (var i = 0; i < 4; i++)
        {
            await LinkAsync($"{i}", $"{i + 1}");
        }

        Assert.Equal(5, (await PathAsync("0", "4", maxLength: 5)).Path.Length);
        Assert.Empty((await PathAsync("0", "4", maxLength: 4)).Path);
        Assert.Single((await PathAsync("0", "0")).Path);
    }

    [Fact]
    public async Task A_dense_graph_is_walked_within_the_bound()
    {
        var engine = new EngineHarness(new InMemoryStore(), new EngineOptions { LinkWalkBound = 50 });
        for (var from = 0; from < 20; from++)
        {
            var links = Enumerable.Range(0, 20).Select(WriteOperation (to) => Link($"{from}", $"{to}", 1, "related"));
            foreach (var link in links)
            {
                await engine.WriteAsync(CommandOf(AnswerKind.Link, null, link));
            }
        }

        var reply = await engine.RunAsync(each => each.FindPathAsync(
            new FindPath { From = At("0"), To = At("99"), Timeout = TimeSpan.FromSeconds(20) }, CancellationToken.None));

        Assert.Empty(reply.Path);
        Assert.True(reply.Truncated);
    }

    [Fact]
    public async Task A_memorys_delete_takes_its_links_along_and_overwriting_or_expiry_does_not()
    {
        await _engine.PutAsync("1");
        await LinkAsync("1", "2");
        await LinkAsync("3", "1");
        await _engine.PutAsync("1", "overwritten");
        Assert.Single(await NeighborsAsync("1"));

        await _engine.WriteAsync(Delete("1"));

        Assert.Empty(await NeighborsAsync("1"));
        Assert.Empty(await NeighborsAsync("3"));
    }

    [Fact]
    public async Task Removing_a_link_that_is_not_there_takes_no_seq()
    {
        await LinkAsync("1", "2");
        var removed = await UnlinkAsync("1", "2");
        var again = await UnlinkAsync("1", "2");

        Assert.Equal(2, removed.Seq);
        Assert.Equal(2, again.Seq);
        Assert.Equal(3, (await LinkAsync("1", "2")).Seq);
    }

    [Fact]
    public async Task A_search_after_a_link_does_not_go_back_behind_it()
    {
        await _engine.PutAsync("1", "an ibex");
        var linked = await LinkAsync("1", "2");

        Assert.Equal(linked.Seq, (await _engine.SearchAsync("ibex")).HeadSeq);
        Assert.Equal(linked.Seq, (await PathAsync("1", "1")).HeadSeq);
    }

    [Fact]
    public async Task An_unlink_whose_caller_gave_up_leaves_nothing_behind_that_asks_the_store()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        var gate = new TaskCompletionSource();
        var sent = new TaskCompletionSource();
        var store = new FaultyStore(new InMemoryStore());
        var engine = new EngineHarness(store, new EngineOptions(), clock);
        await engine.PutAsync("1");
        store.BeforeCommit = _ =>
        {
            sent.TrySetResult();
            return gate.Task;
        };
        var commit = engine.PutAsync("2");
        await sent.Task;
        var unlink = engine.WriteAsync(CommandOf(AnswerKind.Unlink, null, new DeleteLink { From = At("2"), To = At("1"), LinkType = "related" }));
        await engine.RunAsync(_ => Task.FromResult(true));
        clock.Advance(TimeSpan.FromSeconds(21));
        await Assert.ThrowsAsync<DeadlinePassedException>(() => unlink);

        var calls = 0;
        store.BeforeCall = () =>
        {
            calls++;
            return Task.CompletedTask;
        };
        gate.SetResult();
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => commit);
        Assert.Equal(3, (await engine.PutAsync("3")).Seq);

        Assert.InRange(calls, 0, 5);
    }

    private Task<WriteReply> LinkAsync(string from, string to, double strength = 1, string type = "related") =>
        _engine.WriteAsync(CommandOf(AnswerKind.Link, null, Link(from, to, strength, type)));

    private Task<WriteReply> UnlinkAsync(string from, string to) =>
        _engine.WriteAsync(CommandOf(AnswerKind.Unlink, null, new DeleteLink { From = At(from), To = At(to), LinkType = "related" }));

    private static PutLink Link(string from, string to, double strength, string type) =>
        new() { From = At(from), To = At(to), LinkType = type, Strength = strength };

    private async Task<Neighbor[]> NeighborsAsync(string coordinate, int hops = 1, LinkDirection direction = LinkDirection.Out) =>
        (await _engine.RunAsync(engine => engine.GetNeighborsAsync(
            new GetNeighbors { Coordinate = At(coordinate), Hops = hops, Direction = direction, Timeout = TimeSpan.FromSeconds(20) },
            CancellationToken.None))).Neighbors;

    private Task<PathReply> PathAsync(string from, string to, int maxLength = 10, bool weighted = false) =>
        _engine.RunAsync(engine => engine.FindPathAsync(
            new FindPath { From = At(from), To = At(to), MaxLength = maxLength, Weighted = weighted, Timeout = TimeSpan.FromSeconds(20) },
            CancellationToken.None));
}
