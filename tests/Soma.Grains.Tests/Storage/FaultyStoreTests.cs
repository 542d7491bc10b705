using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Testing.Storage;

namespace Soma.Grains.Tests.Storage;

/// <summary>The faults that other tests rely on are what they are called.</summary>
public sealed class FaultyStoreTests
{
    private readonly FaultyStore _store = new(new InMemoryStore());

    [Theory, InlineData(StoreFault.FailAfterCommit, true), InlineData(StoreFault.LostBeforeCommit, false), InlineData(StoreFault.ArrivesLate, false)]
    public async Task Unknown_commit_is_decided_by_the_log(StoreFault fault, bool applied)
    {
        var owner = await TestOwner.TakeNewAsync(_store);
        var batch = owner.Puts(1);
        _store.NextCommit = fault;
        await Assert.ThrowsAsync<CommitUnknownException>(() => _store.CommitAsync(batch, default));
        Assert.True(await _store.AdvanceEpochAsync(owner.Id, owner.Epoch, default));
        Assert.Equal(applied, await _store.WasAppliedAsync(batch, default));
        Assert.All(await _store.DeliverLateAsync(), result => Assert.Equal(CommitStatus.Fenced, result.Status));
    }

    [Fact]
    public async Task Fenced_commit_changes_nothing()
    {
        var owner = await TestOwner.TakeNewAsync(_store);
        _store.NextCommit = StoreFault.Fenced;
        Assert.Equal(CommitStatus.Fenced, (await _store.CommitAsync(owner.Puts(1), default)).Status);
        Assert.Empty(await _store.ReadLogAsync(owner.Id, 0, 1, default));
    }

    [Fact]
    public async Task Slow_commit_waits_for_the_test()
    {
        var owner = await TestOwner.TakeNewAsync(_store);
        var gate = new TaskCompletionSource();
        _store.BeforeCommit = _ => gate.Task;
        var commit = _store.CommitAsync(owner.Puts(1), default);
        Assert.False(commit.IsCompleted);
        gate.SetResult();
        Assert.Equal(CommitStatus.Committed, (await commit).Status);
    }

    [Fact]
    public async Task Store_that_is_down_does_nothing()
    {
        var owner = await TestOwner.TakeNewAsync(_store);
        _store.IsDown = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.CommitAsync(owner.Puts(1), default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => owner.ReadAsync(1));
        _store.IsDown = false;
        await owner.CommitAsync(owner.Puts(1));
    }
}
