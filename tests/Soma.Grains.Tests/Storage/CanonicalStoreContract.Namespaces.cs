using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using static Soma.Grains.Tests.Storage.TestOwner;

namespace Soma.Grains.Tests.Storage;

public abstract partial class CanonicalStoreContract
{
    private INamespaceStore Namespaces => (INamespaceStore)Store;

    [Fact]
    public async Task Namespaces_are_listed_by_name_page_by_page_with_their_numbers()
    {
        var tenant = NewKey().Name;
        foreach (var name in new[] { "b", "a", "ab", "c" })
        {
            await Store.CreateNamespaceAsync(new NamespaceKey(tenant, name), default);
        }

        var a = await TakeAsync(Store, new NamespaceKey(tenant, "a"));
        await a.CommitAsync(a.Puts(1, 2));
        await a.CommitAsync(a.Deletes(2));
        foreach (var name in new[] { "b", "ab" })
        {
            var owner = await TakeAsync(Store, new NamespaceKey(tenant, name));
            await owner.CommitAsync(owner.Puts(1));
        }

        var all = await Namespaces.ListAsync(new ListNamespaces { Tenant = tenant, Limit = 10 }, default);
        var second = await Namespaces.ListAsync(new ListNamespaces { Tenant = tenant, Limit = 1, After = "a" }, default);
        var prefixed = await Namespaces.ListAsync(new ListNamespaces { Tenant = tenant, Limit = 10, Prefix = "a" }, default);

        Assert.Equal(["a", "ab", "b"], all.Select(one => one.Key.Name));
        Assert.Equal((1L, 3L, a.Now.Before(TimeSpan.FromMicroseconds(20)), a.Now.Before(TimeSpan.FromMicroseconds(10))), (all[0].Counts.Total, all[0].HeadSeq, all[0].CreatedAt, all[0].WrittenAt));
        Assert.Equal("""{"n":1,"seq":1}""".Length + "text 1".Length, all[0].Bytes);
        Assert.Equal(["ab"], second.Select(one => one.Key.Name));
        Assert.Equal(["a", "ab"], prefixed.Select(one => one.Key.Name));
    }

    [Fact]
    public async Task A_deleted_namespace_is_taken_from_its_owner_and_its_name_is_free_for_another()
    {
        var owner = await TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2));
        var removal = new NamespaceRemoval(owner.Id, owner.Key, "soma");

        var removed = await Namespaces.RemoveAsync(removal, default);

        Assert.Equal((owner.Id, owner.Epoch, TimeSpan.FromSeconds(1)), (removed!.Id, removed.Epoch, removed.Lease));
        Assert.Equal(CommitStatus.Fenced, (await Store.CommitAsync(owner.Puts(3), default)).Status);
        Assert.NotEqual(owner.Epoch, (await Store.ReadEpochsAsync([owner.Id], default))[owner.Id].Epoch);
        Assert.Null(await Store.TakeEpochAsync(owner.Key, TimeSpan.FromSeconds(1), default));
        Assert.Equal(default, await owner.CountsAsync());
        Assert.Equal((0L, TimeSpan.FromSeconds(1)), ((await Namespaces.RemoveAsync(removal, default))!.Epoch, (await Namespaces.RemoveAsync(removal, default))!.Lease));

        await Store.CreateNamespaceAsync(owner.Key, default);
        var next = await TakeAsync(Store, owner.Key);
        Assert.NotEqual(owner.Id, next.Id);
        Assert.Equal(0, next.Head);
        await next.CommitAsync(next.Puts(1));
        Assert.NotNull(await Namespaces.RemoveAsync(removal, default));
        Assert.NotNull(await next.ReadAsync(1));
    }

    [Fact]
    public async Task Nothing_is_removed_under_another_name_or_id()
    {
        var (one, other) = (await TakeNewAsync(Store), await TakeNewAsync(Store));
        await one.CommitAsync(one.Puts(1));

        Assert.Null(await Namespaces.RemoveAsync(new NamespaceRemoval(one.Id, other.Key, "soma"), default));
        Assert.Null(await Namespaces.RemoveAsync(new NamespaceRemoval(1_000_000, one.Key, "soma"), default));
        await one.CommitAsync(one.Puts(2));
    }

    [Fact]
    public async Task Rows_of_a_deleted_namespace_go_in_small_sets_and_nobody_elses()
    {
        var (gone, other) = (await TakeNewAsync(Store), await TakeNewAsync(Store));
        await other.CommitAsync(other.Puts(1, 2, 3));
        await gone.CommitAsync(gone.Puts(1, 2, 3, 4, 5));
        await gone.CommitAsync(gone.Links(gone.Link(1, 2, gone.Head + 1)) with { Receipts = [gone.Receipt("c:a"), gone.Receipt("c:b")] });
        await Namespaces.RemoveAsync(new NamespaceRemoval(gone.Id, gone.Key, "soma"), default);
        Assert.Contains(gone.Id, (await Namespaces.FindRemovedAsync(1_000, default)).Select(one => one.Id));

        var sets = new List<int>();
        while (await Namespaces.SweepRemovedAsync(gone.Id, 2, default) is var deleted and > 0)
        {
            sets.Add(deleted);
        }

        Assert.All(sets, deleted => Assert.InRange(deleted, 1, 2));
        Assert.DoesNotContain(gone.Id, (await Namespaces.FindRemovedAsync(1_000, default)).Select(one => one.Id));
        Assert.Empty(await Store.ReadLogAsync(gone.Id, 0, 10, default));
        Assert.Empty((await Store.ReadAsync(gone.Id, [At(1), At(5)], ["c:a"], default)).Rows);
        Assert.Null(await Namespaces.RemoveAsync(new NamespaceRemoval(gone.Id, gone.Key, "soma"), default));
        Assert.Equal(3, (await Store.ReadLogAsync(other.Id, 0, 10, default)).Count);
    }
}
