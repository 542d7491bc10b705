using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Tests.Storage;

public abstract partial class CanonicalStoreContract
{
    [Fact]
    public async Task Operations_of_the_log_are_read_backwards_in_pages()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1));
        await owner.CommitAsync(owner.Batch(owner.PutRow(2, 2) with { Operation = Operation(7) }, owner.PutRow(3, 3)));
        var page = await Store.ReadOperationsAsync(owner.Id, long.MaxValue, 2, default);
        Assert.Equal([3L, 2], page.Select(row => row.Seq));
        Assert.Null(page[0].Operation);
        Assert.Equal(Operation(7), page[1].Operation);
        Assert.Equal(owner.Now.Microseconds - 10, page[1].At.Microseconds);
        var rest = Assert.Single(await Store.ReadOperationsAsync(owner.Id, 2, 2, default));
        Assert.Equal((1L, null), (rest.Seq, rest.Operation));
    }

    [Fact]
    public async Task Operation_whose_retry_left_a_receipt_is_not_committed_while_the_receipt_lives()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var key = StoredOperation.KeyOf(Operation(1));
        var receipt = owner.Receipt(key);
        await owner.CommitAsync(owner.Puts(1) with { Receipts = [receipt] });
        var late = owner.Batch(owner.PutRow(2, 2) with { Operation = Operation(2) }, owner.PutRow(1, 3) with { Operation = Operation(1) });
        var result = await Store.CommitAsync(late, default);
        Assert.Equal(CommitStatus.ReceiptClash, result.Status);
        Assert.Equal([key], result.ClashingKeys);
        Assert.Single(await Store.ReadLogAsync(owner.Id, 0, 10, default));
        owner.Now = receipt.ExpiresAt;
        await owner.CommitAsync(late with { At = owner.Now });
    }

    [Fact]
    public async Task Purged_version_keeps_its_operation()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Batch(owner.PutRow(1, 1) with { Operation = Operation(1) }));
        await owner.CommitAsync(owner.Deletes(1) with { Purges = [TestOwner.At(1)] });
        Assert.Equal(Operation(1), (await Store.ReadOperationsAsync(owner.Id, 2, 1, default))[0].Operation);
    }

    private static byte[] Operation(byte number) => StoredOperation.TryMake(OperationKey(number), "none")!;

    /// <summary>A key as a gateway makes it.</summary>
    private static IdempotencyKey OperationKey(byte number) => new()
    {
        Value = $"g:{new Guid(number, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10):N}",
        RequestHash = [.. Enumerable.Repeat(number, 32)],
    };
}
