using Soma.Grains.Interfaces;
using Soma.Grains.Storage.Forgetting;

namespace Soma.Grains.Tests.Storage;

public abstract partial class CanonicalStoreContract
{
    [Fact]
    public async Task Living_memories_are_added_up_by_writer_and_end_without_those_that_are_over()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var (now, later) = (owner.Now, new Instant(owner.Now.Microseconds + 5));
        await owner.CommitAsync(owner.Batch(
            owner.PutRow(1, 1).With(memory => memory with { By = Agent, Payload = TestOwner.Bytes("{\"n\":\"ü\"}"), Text = "Bäume\0", BroughtVector = new byte[12] }),
            owner.PutRow(2, 2).With(memory => memory with { By = Agent, Payload = new byte[100], Text = null }),
            owner.PutRow(3, 3).With(memory => memory with { By = Agent, Payload = new byte[10], Text = null, ExpiresAt = later }),
            owner.PutRow(4, 4).With(memory => memory with { By = Agent, ExpiresAt = now }),
            owner.PutRow(5, 5).With(memory => memory with { Payload = new byte[7], Text = null }),
            owner.PutRow(6, 6).With(memory => memory with { By = Agent })));
        await owner.CommitAsync(owner.Deletes(6));

        var amounts = await Forgetting.ReadAmountsAsync(owner.Id, now, default);

        Assert.Equal(
            [new HeldAmount(null, null, 1, 7), new HeldAmount(Agent, null, 2, 10 + 7 + 12 + 100), new HeldAmount(Agent, later, 1, 10)],
            amounts.OrderBy(amount => amount.By is not null).ThenBy(amount => amount.ExpiresAt is not null));
        Assert.Empty(await Forgetting.ReadAmountsAsync(owner.Id + 1_000_000, now, default));
    }
}
