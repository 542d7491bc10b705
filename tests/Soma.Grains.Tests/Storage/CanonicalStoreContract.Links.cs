using Soma.Grains.Storage;

namespace Soma.Grains.Tests.Storage;

public abstract partial class CanonicalStoreContract
{
    [Fact]
    public async Task Link_comes_back_as_it_was_put_and_is_replaced_by_its_key()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var first = owner.Link(1, 2, 1, 0.5, "knows \0 ü") with { Metadata = [1, 0] };
        await owner.CommitAsync(owner.Links(first));
        AssertLinks([first], await Store.ReadLinksAsync(owner.Id, [first.Key, first.Key, owner.Link(2, 1, 0).Key], default));
        var second = first with { Strength = 0.75, Metadata = null, Seq = 2 };
        await owner.CommitAsync(owner.Links(second));
        AssertLinks([second], await Store.ReadLinksAsync(owner.Id, [first.Key], default));
    }

    [Fact]
    public async Task Links_of_other_types_between_the_same_ends_are_other_links()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Links(owner.Link(1, 2, 1, type: "a"), owner.Link(1, 2, 2, type: "b")));
        await owner.CommitAsync(owner.Empty() with { DeletedLinks = [owner.Link(1, 2, 0, type: "a").Key] });
        var left = Assert.Single(await Store.ReadLinksFromAsync(owner.Id, [TestOwner.At(1)], false, null, 10, default));
        Assert.Equal("b", left.Key.Type);
    }

    [Fact]
    public async Task Links_are_read_both_ways_stronger_first_then_by_the_other_end()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Links(
            owner.Link(1, 5, 1, 0.5), owner.Link(1, 4, 2, 0.5), owner.Link(1, 3, 3, 0.9), owner.Link(2, 3, 4, 0.1), owner.Link(3, 1, 5)));
        var outgoing = await Store.ReadLinksFromAsync(owner.Id, [TestOwner.At(2), TestOwner.At(1), TestOwner.At(7)], false, null, 10, default);
        Assert.Equal([(1, 3), (1, 4), (1, 5), (2, 3)], outgoing.Select(Ends));
        var incoming = await Store.ReadLinksFromAsync(owner.Id, [TestOwner.At(3)], true, null, 10, default);
        Assert.Equal([(1, 3), (2, 3)], incoming.Select(Ends));
        Assert.Equal(2, (await Store.ReadLinksFromAsync(owner.Id, [TestOwner.At(1), TestOwner.At(2)], false, null, 2, default)).Count);
    }

    [Fact]
    public async Task Links_are_read_by_type()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Links(owner.Link(1, 2, 1, type: "a"), owner.Link(1, 3, 2, type: "b"), owner.Link(4, 3, 3, type: "a")));
        Assert.Equal([(1, 2)], (await Store.ReadLinksFromAsync(owner.Id, [TestOwner.At(1)], false, "a", 10, default)).Select(Ends));
        Assert.Equal([(1, 3)], (await Store.ReadLinksFromAsync(owner.Id, [TestOwner.At(3)], true, "b", 10, default)).Select(Ends));
        Assert.Empty(await Store.ReadLinksFromAsync(owner.Id, [TestOwner.At(1)], false, "c", 10, default));
    }

    [Fact]
    public async Task Links_around_coordinates_are_the_strongest_of_each_in_each_direction()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Links(
            owner.Link(1, 2, 1, 0.1), owner.Link(1, 3, 2, 0.9), owner.Link(1, 4, 3, 0.5), owner.Link(5, 1, 4, 0.2), owner.Link(6, 1, 5, 0.3), owner.Link(7, 8, 6, 0.4)));
        var around = await Store.ReadLinksAroundAsync(owner.Id, [TestOwner.At(1), TestOwner.At(7), TestOwner.At(1), TestOwner.At(9)], null, 2, default);
        Assert.Equal([(1, 3), (1, 4), (5, 1), (6, 1), (7, 8)], around.Select(Ends).Order());
        Assert.Equal([0.9], (await Store.ReadLinksAroundAsync(owner.Id, [TestOwner.At(3)], null, 2, default)).Select(link => link.Strength));
    }

    [Fact]
    public async Task Of_a_hub_only_the_first_links_by_the_other_end_are_looked_at_for_the_strongest()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        // In the order of keys 999.0 is the last.
        await owner.CommitAsync(owner.Links([.. Enumerable.Range(1, LinkRow.MostLookedAt + 5).Select(i => owner.Link(0, i, i, i switch { 999 => 1, 7 => 0.9, _ => 0.5 }))]));
        var around = await Store.ReadLinksAroundAsync(owner.Id, [TestOwner.At(0)], null, 1, default);
        Assert.Equal([(0, 7)], around.Select(Ends));
        Assert.Equal([(0, 999)], (await Store.ReadLinksAroundAsync(owner.Id, [TestOwner.At(999)], null, 1, default)).Select(Ends));
    }

    [Fact]
    public async Task Links_around_coordinates_are_read_by_their_types_and_without_metadata()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Links(
            owner.Link(1, 2, 1, type: "a") with { Metadata = [1] }, owner.Link(1, 3, 2, type: "b \0 ü"), owner.Link(4, 1, 3, type: "c")));
        Assert.Equal([(1, 2), (1, 3)], await EndsAsync("a", "b \0 ü", "\ud800"));
        Assert.Equal([(4, 1)], await EndsAsync("c"));
        Assert.Empty(await EndsAsync("d"));
        Assert.Empty(await EndsAsync("\ud800"));
        Assert.All(await Store.ReadLinksAroundAsync(owner.Id, [TestOwner.At(1)], null, 10, default), link => Assert.Null(link.Metadata));

        async Task<IEnumerable<(int, int)>> EndsAsync(params string[] types) =>
            (await Store.ReadLinksAroundAsync(owner.Id, [TestOwner.At(1)], types, 10, default)).Select(Ends).Order();
    }

    [Fact]
    public async Task Deleted_memory_takes_its_links_of_both_ways_with_it()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2, 3));
        await owner.CommitAsync(owner.Links(owner.Link(1, 2, 4), owner.Link(3, 1, 5), owner.Link(2, 3, 6), owner.Link(1, 1, 7)));
        await owner.CommitAsync(owner.Deletes(1));
        var left = await Store.ReadLinksFromAsync(owner.Id, [TestOwner.At(1), TestOwner.At(2), TestOwner.At(3)], false, null, 10, default);
        Assert.Equal([(2, 3)], left.Select(Ends));
    }

    [Fact]
    public async Task Link_made_after_the_delete_in_the_same_batch_stays()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1));
        await owner.CommitAsync(owner.Links(owner.Link(1, 2, 2)));
        var made = owner.Link(1, 3, 4);
        var link = owner.Links(made);
        var delete = owner.Deletes(1);
        await owner.CommitAsync(delete with { Log = [.. delete.Log, .. link.Log], PutLinks = link.PutLinks });
        AssertLinks([made], await Store.ReadLinksFromAsync(owner.Id, [TestOwner.At(1)], false, null, 10, default));
    }

    [Fact]
    public async Task Rule_takes_only_links_with_a_smaller_seq()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Links(owner.Link(1, 2, 1), owner.Link(1, 3, 2), owner.Link(4, 1, 3)));
        await owner.CommitAsync(owner.Empty() with { LinkRemovals = [(TestOwner.At(1), 2)] });
        var left = await Store.ReadLinksFromAsync(owner.Id, [TestOwner.At(1), TestOwner.At(4)], false, null, 10, default);
        Assert.Equal([(1, 3), (4, 1)], left.Select(Ends));
    }

    [Fact]
    public async Task Removing_a_link_that_is_not_there_does_nothing()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Empty() with { DeletedLinks = [owner.Link(1, 2, 0).Key] });
        Assert.Empty(await Store.ReadLinksAsync(owner.Id, [owner.Link(1, 2, 0).Key], default));
    }

    private static (int From, int To) Ends(LinkRow link) => ((int)link.Key.From.ToNumbers()[0], (int)link.Key.To.ToNumbers()[0]);

    private static void AssertLinks(IReadOnlyList<LinkRow> expected, IReadOnlyList<LinkRow> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), pair => Assert.Equivalent(pair.First, pair.Second, strict: true));
    }
}
