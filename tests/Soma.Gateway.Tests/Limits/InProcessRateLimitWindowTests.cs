using Microsoft.Extensions.Time.Testing;
using Soma.Gateway.Limits;

namespace Soma.Gateway.Tests.Limits;

public sealed class InProcessRateLimitWindowTests : RateLimitWindowContract
{
    [Fact]
    public async Task Time_frees_a_caller()
    {
        var clock = new FakeTimeProvider();
        var windows = new InProcessRateLimitWindow(Options(1), clock);
        Assert.True((await windows.TryTakeAsync("a", "g", default)).IsAllowed);
        Assert.False((await windows.TryTakeAsync("a", "g", default)).IsAllowed);
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.True((await windows.TryTakeAsync("a", "g", default)).IsAllowed);
    }

    [Fact]
    public async Task Callers_beyond_the_bound_share_a_window_until_others_have_gone_idle()
    {
        var clock = new FakeTimeProvider();
        var windows = new InProcessRateLimitWindow(Options(1), clock);
        for (var i = 0; i < InProcessRateLimitWindow.MaxWindows; i++)
        {
            Assert.True((await windows.TryTakeAsync($"caller {i}", "g", default)).IsAllowed);
        }

        Assert.True((await windows.TryTakeAsync("late 1", "g", default)).IsAllowed);
        Assert.False((await windows.TryTakeAsync("late 2", "g", default)).IsAllowed);
        Assert.False((await windows.TryTakeAsync("caller 0", "g", default)).IsAllowed);
        clock.Advance(TimeSpan.FromSeconds(61));
        Assert.True((await windows.TryTakeAsync("late 1", "g", default)).IsAllowed);
        Assert.True((await windows.TryTakeAsync("late 2", "g", default)).IsAllowed);
    }

    internal override Task<IRateLimitWindow> OpenAsync(GatewayOptions options) =>
        Task.FromResult<IRateLimitWindow>(new InProcessRateLimitWindow(options, TimeProvider.System));

    private static GatewayOptions Options(int limit) => new() { ApiToken = "t", RateLimit = limit };
}
