using System.Diagnostics;
using Soma.Gateway.Limits;
using Soma.Testing;

namespace Soma.Gateway.Tests.Limits;

/// <summary>What callers may rely on, wherever their windows lie. Time is real: some windows live outside this process.</summary>
public abstract class RateLimitWindowContract
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_caller_is_told_how_many_requests_are_left_and_when_there_will_be_more()
    {
        var window = await OpenAsync(Options(3, Long));
        foreach (var (isAllowed, remaining) in new[] { (true, 2), (true, 1), (true, 0), (false, 0) })
        {
            var decision = await window.TryTakeAsync("a", "g", default);
            Assert.Equal((isAllowed, remaining), (decision.IsAllowed, decision.Remaining));
            Assert.InRange(decision.Reset, TimeSpan.FromTicks(1), Long);
        }
    }

    [Fact]
    public async Task Callers_and_groups_are_counted_apart()
    {
        var window = await OpenAsync(Options(1, Long));
        Assert.True((await window.TryTakeAsync("a", "g", default)).IsAllowed);
        Assert.True((await window.TryTakeAsync("b", "g", default)).IsAllowed);
        Assert.True((await window.TryTakeAsync("a", "h", default)).IsAllowed);
        Assert.False((await window.TryTakeAsync("a", "g", default)).IsAllowed);
    }

    [Fact]
    public async Task A_caller_that_keeps_asking_is_let_through_again_since_refusals_do_not_count()
    {
        var window = await OpenAsync(Options(1, TimeSpan.FromMilliseconds(100)));
        for (var i = 0; i < 3; i++)
        {
            await Eventually.TrueAsync(async () => (await window.TryTakeAsync("a", "g", default)).IsAllowed);
        }
    }

    [Fact]
    public async Task No_window_of_any_place_lets_more_through_than_the_limit()
    {
        const int Limit = 5;
        var length = TimeSpan.FromMilliseconds(50);
        var window = await OpenAsync(Options(Limit, length));
        var allowed = new List<(long Sent, long Answered)>();
        await Eventually.TrueAsync(async () =>
        {
            var sent = Stopwatch.GetTimestamp();
            if ((await window.TryTakeAsync("a", "g", default)).IsAllowed)
            {
                allowed.Add((sent, Stopwatch.GetTimestamp()));
            }

            return allowed.Count == 10 * Limit;
        });

        // Counted somewhere between sent and answered: if even the widest reading is too short, the window let too many through.
        for (var i = Limit; i < allowed.Count; i++)
        {
            var widest = Stopwatch.GetElapsedTime(allowed[i - Limit].Sent, allowed[i].Answered);
            Assert.True(widest >= length * 0.98, $"{Limit + 1} requests within {widest}.");
        }
    }

    [Theory]
    [InlineData(50, 200)]
    [InlineData(2000, 2100)]
    public async Task Of_requests_at_once_exactly_the_limit_pass(int limit, int requests)
    {
        var window = await OpenAsync(Options(limit, Long));
        var decisions = await Task.WhenAll(
            Enumerable.Range(0, requests).Select(_ => Task.Run(async () => await window.TryTakeAsync("a", "g", default))));
        Assert.Equal(limit, decisions.Count(decision => decision.IsAllowed));
    }

    /// <summary>A window in use, its counts at 0.</summary>
    internal abstract Task<IRateLimitWindow> OpenAsync(GatewayOptions options);

    private static GatewayOptions Options(int limit, TimeSpan window) => new() { ApiToken = "t", RateLimit = limit, RateLimitWindow = window };
}
