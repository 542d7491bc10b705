using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Engine;
using Soma.Grains.Interfaces;
using Soma.Testing;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Owning;

public sealed class OwnershipTests
{
    private readonly InMemoryStore _store = new();

    [Fact]
    public async Task A_stale_owner_cannot_commit_after_a_takeover()
    {
        var stale = new EngineHarness(_store);
        await stale.PutAsync("1");
        var successor = new EngineHarness(_store);
        await successor.PutAsync("2");

        await Assert.ThrowsAsync<ReplacedException>(() => stale.PutAsync("3"));

        Assert.True(stale.WasReplaced);
        Assert.Null(await successor.GetAsync("3"));
    }

    [Fact]
    public async Task A_stale_owner_does_not_answer_reads_once_its_lease_is_over()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        var stale = new EngineHarness(_store, new EngineOptions(), clock);
        await stale.PutAsync("1");
        Assert.NotNull(await stale.GetAsync("1"));
        await _store.TakeEpochAsync(Key, TimeSpan.FromSeconds(1), CancellationToken.None);

        clock.Advance(TimeSpan.FromSeconds(1.1));

        await Assert.ThrowsAsync<ReplacedException>(() => stale.GetAsync("1"));
    }

    [Fact]
    public async Task An_owner_that_is_closed_while_it_takes_its_namespace_lets_go_of_what_it_took()
    {
        var first = new EngineHarness(_store);
        await first.PutAsync("1");
        await first.CloseAsync();
        var gate = new TaskCompletionSource();
        var engine = new EngineHarness(new FaultyStore(_store) { BeforeCall = () => gate.Task });
        var reading = engine.GetAsync("1");
        var closing = engine.CloseAsync();

        gate.SetResult();

        await Assert.ThrowsAsync<ReplacedException>(() => reading);
        await closing;
        var taken = await _store.TakeEpochAsync(Key, TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.Equal((3, true), (taken!.Epoch, taken.PredecessorReleased));
    }

    [Fact]
    public async Task An_activation_that_found_nothing_makes_way_when_the_namespace_came_whole_meanwhile()
    {
        var early = new EngineHarness(_store);
        Assert.Null(await early.GetAsync("1"));
        var other = new EngineHarness(_store);
        await other.PutAsync("1");
        await other.CloseAsync();

        await Assert.ThrowsAsync<ReplacedException>(() => early.GetAsync("1"));

        Assert.True(early.WasReplaced);
        Assert.NotNull(await new EngineHarness(_store).GetAsync("1"));
        Assert.True((await _store.TakeEpochAsync(Key, TimeSpan.FromSeconds(1), default))!.Epoch >= 4);
    }

    [Fact]
    public async Task An_activation_that_found_nothing_makes_the_namespace_itself()
    {
        var early = new EngineHarness(_store);
        Assert.Null(await early.GetAsync("1"));

        await early.PutAsync("1");

        Assert.NotNull(await early.GetAsync("1"));
        Assert.False(early.WasReplaced);
    }

    [Fact]
    public async Task An_owner_that_learns_by_a_read_that_it_was_replaced_says_so()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        var stale = new EngineHarness(_store, new EngineOptions(), clock);
        await stale.PutAsync("1");
        await _store.TakeEpochAsync(Key, TimeSpan.FromSeconds(1), CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(1.1));

        await Assert.ThrowsAsync<ReplacedException>(() => stale.GetAsync("1"));

        // Whoever hosts it must hear of it, or the calls would come back to this activation for ever.
        Assert.True(stale.WasReplaced);
    }

    [Fact]
    public async Task A_lost_answer_is_resolved_without_this_owner_mistaking_its_own_new_epoch_for_a_successors()
    {
        var isLost = true;
        var reads = new TaskCompletionSource();
        var faulty = new FaultyStore(_store)
        {
            OnCommit = batch => batch.HeadSeq == 1 && isLost ? StoreFault.FailAfterCommit : StoreFault.None,
        };
        var engine = new EngineHarness(faulty, new EngineOptions { ReadLease = TimeSpan.FromMilliseconds(50) });
        await engine.PutAsync("1");
        var stop = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                Assert.NotNull(await engine.GetAsync("1"));
                reads.TrySetResult();
            }
        });
        await reads.Task;

        Assert.Equal(2, (await engine.PutAsync("2")).Seq);

        isLost = false;
        Assert.Equal(3, (await engine.PutAsync("3")).Seq);
        await stop.CancelAsync();
        await reading;
        Assert.False(engine.WasReplaced);
    }

    [Fact]
    public async Task A_successor_waits_for_a_lease_that_was_not_released()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        await new EngineHarness(_store, new EngineOptions(), clock).PutAsync("1");
        var successor = new EngineHarness(_store, new EngineOptions(), clock);

        var read = successor.GetAsync("1");
        var write = successor.PutAsync("2");
        await successor.RunAsync(_ => Task.FromResult(true));
        Assert.False(read.IsCompleted || write.IsCompleted);

        // The wait may not have begun yet: time goes on, slowly against the callers' patience, until it is over.
        await Eventually.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(10));
            return read.IsCompleted && write.IsCompleted;
        });

        Assert.NotNull(await read);
        Assert.Equal(200, (await write).Status);
    }
}
