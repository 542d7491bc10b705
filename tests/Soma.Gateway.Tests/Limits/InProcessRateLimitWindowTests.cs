using Microsoft.Extensions.Time.Testing;
using Soma.Gateway.Limits;

namespace Soma.Gateway.Tests.Limits;

public sealed class InProcessRateLimitWindowTests : RateLimitWindowContract
{
    private static readonly RateWindow[] One = [new("g", 1, TimeSpan.FromSeconds(60))];

    [Fact]
    public async Task Time_frees_a_caller()
    {
        var clock = new FakeTimeProvider();
        var windows = new InProcessRateLimitWindow(clock);
        Assert.True((await windows.TryTakeAsync("a", One, default)).IsAllowed);
        Assert.False((await windows.TryTakeAsync("a", One, default)).IsAllowed);
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.True((await windows.TryTakeAsync("a", One, default)).IsAllowed);
    }

    [Fact]
    public async Task Callers_beyond_the_bound_share_a_window_until_others_have_gone_idle()
    {
        var clock = new FakeTimeProvider();
        var windows = new InProcessRateLimitWindow(clock);
        for (var i = 0; i < InProcessRateLimitWindow.MaxWindows; i++)
        {
            Assert.True((await windows.TryTakeAsync($"caller {i}", One, default)).IsAllowed);
        }

        Assert.True((await windows.TryTakeAsync("late 1", One, default)).IsAllowed);
        Assert.False((await windows.TryTakeAsync("late 2", One, default)).IsAllowed);
        Assert.False((await windows.TryTakeAsync("caller 0", One, default)).IsAllowed);
        clock.Advance(TimeSpan.FromSeconds(61));
        Assert.True((await windows.TryTakeAsync("late 1", One, default)).IsAllowed);
        Assert.True((await windows.TryTakeAsync("late 2", One, default)).IsAllowed);
    }

    internal override Task<IRateLimitWindow> OpenAsync() =>
        Task.FromResult<IRateLimitWindow>(new InProcessRateLimitWindow(TimeProvider.System));
}
