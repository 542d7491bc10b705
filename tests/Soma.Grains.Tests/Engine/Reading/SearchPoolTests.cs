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
