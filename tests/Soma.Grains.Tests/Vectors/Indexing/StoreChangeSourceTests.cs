using Soma.Grains.Engine.Tier.Indexing;
using Soma.Grains.Tests.Storage;
using Soma.Testing.Storage;

namespace Soma.Grains.Tests.Vectors.Indexing;

public sealed class StoreChangeSourceTests
{
    [Fact]
    public async Task A_page_names_what_changed_and_holds_what_is_there_now()
    {
        var owner = await TestOwner.TakeNewAsync(new InMemoryStore());
        await owner.CommitAsync(owner.Puts(1, 2, 3));
        await owner.CommitAsync(owner.Deletes(2));
        await owner.CommitAsync(owner.Links(owner.Link(1, 3, owner.Head + 1)));
        await owner.CommitAsync(owner.Puts(1));
        var source = new StoreChangeSource(owner.Store);

        var first = await source.ReadChangesAsync(owner.Id, 0, long.MaxValue, 2, default);
        var bounded = await source.ReadChangesAsync(owner.Id, 0, 3, 100, default);
        var links = await source.ReadChangesAsync(owner.Id, 4, 5, 100, default);
        var end = await source.ReadChangesAsync(owner.Id, 6, long.MaxValue, 100, default);

        Assert.Equal((2L, 2), (first.Through, first.Coordinates.Count));
        Assert.Equal(6, first.Rows[TestOwner.At(1)].Seq);
        Assert.False(first.Rows[TestOwner.At(2)].Alive);
        Assert.Equal((3L, 3), (bounded.Through, bounded.Coordinates.Count));
        Assert.Equal((5L, 0), (links.Through, links.Coordinates.Count));
        Assert.Equal((6L, 0), (end.Through, end.Coordinates.Count));
    }
}
