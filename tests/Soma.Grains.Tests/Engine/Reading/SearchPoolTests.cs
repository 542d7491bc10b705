using System.Collections.Concurrent;
using Soma.Grains.Engine.Reading;
using Soma.Grains.Interfaces;

namespace Soma.Grains.Tests.Engine.Reading;

public sealed class SearchPoolTests
{
    [Fact]
    public async Task Namespaces_take_turns_however_many_searches_one_of_them_has_waiting()
    {
        var pool = new SearchPool(1, 1_000);
        var (noisy, quiet, other) = (pool.ForNamespace(), pool.ForNamespace(), pool.ForNamespace());
        var (first, order) = (new TaskCompletionSource<bool>(), new ConcurrentQueue<string>());
        var running = new List<Task> { noisy.RunAsync(() => first.Task, default) };
        for (var i = 0; i < 100; i++)
        {
            running.Add(noisy.RunAsync(() => Note("noisy"), default));
        }

        running.AddRange([quiet.RunAsync(() => Note("quiet"), default), other.RunAsync(() => Note("other"), default), quiet.RunAsync(() => Note("quiet"), default)]);
        Assert.Equal(103, pool.Waiting);
        first.SetResult(true);
        await Task.WhenAll(running);

        Assert.Equal(["noisy", "quiet", "other", "noisy", "quiet", "noisy", "noisy"], order.Take(7));
        Assert.Equal((0, 0L), (pool.Waiting, pool.Refused));

        Task<bool> Note(string name)
        {
            order.Enqueue(name);
            return Task.FromResult(true);
        }
    }

    [Fact]
    public async Task Work_offered_to_idle_workers_takes_free_slots_and_gives_way_to_whatever_waits()
    {
        var (isIdle, isTaken) = (true, false);
        var pool = new SearchPool(3, 10, () => Volatile.Read(ref isIdle));
        var (first, begun, gaveWay) = (new TaskCompletionSource<bool>(), new SemaphoreSlim(0), new SemaphoreSlim(0));
        var running = pool.RunAsync(() => first.Task, default);
        pool.Offer(Work, 5);
        await begun.WaitAsync();
        await begun.WaitAsync();

        // All three slots are taken, so nobody takes this.
        pool.Offer(_ => Volatile.Write(ref isTaken, true), 1);
        Assert.Equal(0, gaveWay.CurrentCount);

        // One slot is enough for the search that waits, so two searches at once need both helpers to give way.
        var second = new TaskCompletionSource<bool>();
        var waiting = Enumerable.Range(0, 2).Select(_ => pool.RunAsync(() => second.Task, default)).ToArray();
        await gaveWay.WaitAsync();
        await gaveWay.WaitAsync();
        second.SetResult(true);
        await Task.WhenAll(waiting);
        first.SetResult(true);
        Assert.True(await running);

        pool.Offer(Work, 1);
        await begun.WaitAsync();
        Volatile.Write(ref isIdle, false);
        await gaveWay.WaitAsync();
        Assert.Equal(0, pool.Waiting);

        // The slots were given back.
        var all = Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource<bool>()).ToArray();
        var searches = all.Select(search => pool.RunAsync(() => search.Task, default)).ToArray();
        Assert.Equal(0, pool.Waiting);
        Array.ForEach(all, search => search.SetResult(true));
        await Task.WhenAll(searches);
        Assert.False(Volatile.Read(ref isTaken));

        void Work(Func<bool> goesOn)
        {
            begun.Release();
            SpinWait.SpinUntil(() => !goesOn());
            gaveWay.Release();
        }
    }

    [Fact]
    public async Task Namespace_that_fills_the_queue_leaves_others_their_share()
    {
        var pool = new SearchPool(1, 10);
        var (noisy, quiet) = (pool.ForNamespace(), pool.ForNamespace());
        var first = new TaskCompletionSource<bool>();
        var running = Enumerable.Range(0, 11).Select(_ => noisy.RunAsync(() => first.Task, default)).ToList();
        await Assert.ThrowsAsync<OverloadedException>(() => noisy.RunAsync(() => first.Task, default));
        running.AddRange(Enumerable.Range(0, 5).Select(_ => quiet.RunAsync(() => first.Task, default)));
        await Assert.ThrowsAsync<OverloadedException>(() => quiet.RunAsync(() => first.Task, default));
        Assert.Equal(2, pool.Refused);
        first.SetResult(true);
        await Task.WhenAll(running);
    }

    [Fact]
    public async Task Search_that_is_given_up_leaves_its_place_and_takes_no_slot()
    {
        var pool = new SearchPool(1, 10);
        var (noisy, quiet) = (pool.ForNamespace(), pool.ForNamespace());
        var first = new TaskCompletionSource<bool>();
        var running = noisy.RunAsync(() => first.Task, default);
        using var gone = new CancellationTokenSource();
        var waiting = quiet.RunAsync(() => Task.FromResult(true), gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, pool.Waiting);
        var next = quiet.RunAsync(() => Task.FromResult(true), default);
        first.SetResult(true);
        Assert.True(await running);
        Assert.True(await next);
        Assert.True(await noisy.RunAsync(() => Task.FromResult(true), default));
    }
}
