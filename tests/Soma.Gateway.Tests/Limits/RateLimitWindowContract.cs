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
        var window = await OpenAsync(3, Long);
        foreach (var (isAllowed, remaining) in new[] { (true, 2), (true, 1), (true, 0), (false, 0) })
        {
            var decision = await TakeAsync(window, "a", "g");
            Assert.Equal((isAllowed, remaining), (decision.IsAllowed, decision.Remaining));
            Assert.InRange(decision.Reset, TimeSpan.FromTicks(1), Long);
        }
    }

    [Fact]
    public async Task Callers_and_groups_are_counted_apart()
    {
        var window = await OpenAsync(1, Long);
        Assert.True((await TakeAsync(window, "a", "g")).IsAllowed);
        Assert.True((await TakeAsync(window, "b", "g")).IsAllowed);
        Assert.True((await TakeAsync(window, "a", "h")).IsAllowed);
        Assert.False((await TakeAsync(window, "a", "g")).IsAllowed);
    }

    [Fact]
    public async Task A_request_counts_against_all_of_its_windows_or_against_none_and_hears_of_the_tightest()
    {
        var window = await OpenAsync();
        RateWindow group = new("g", 3, Long), other = new("h", 3, Long), key = new("key", 4, TimeSpan.FromMinutes(30));
        for (var left = 2; left >= 0; left--)
        {
            var decision = await window.TryTakeAsync("a", [group, key], default);
            Assert.Equal((true, left, 0), (decision.IsAllowed, decision.Remaining, decision.Window));
        }

        // The group is full. What it refuses leaves the other window its last request.
        for (var i = 0; i < 3; i++)
        {
            var refused = await window.TryTakeAsync("a", [group, key], default);
            Assert.Equal((false, 0, 0), (refused.IsAllowed, refused.Remaining, refused.Window));
        }

        var last = await window.TryTakeAsync("a", [other, key], default);
        Assert.Equal((true, 0, 1), (last.IsAllowed, last.Remaining, last.Window));
        Assert.InRange(last.Reset, TimeSpan.FromTicks(1), key.Length);
        var full = await window.TryTakeAsync("a", [other, key], default);
        Assert.Equal((false, 0, 1), (full.IsAllowed, full.Remaining, full.Window));

        // What the key's window refused was not counted in the group's either.
        Assert.Equal(1, (await window.TryTakeAsync("a", [other], default)).Remaining);
    }

    [Fact]
    public async Task Of_requests_at_once_exactly_the_tighter_limit_passes()
    {
        var window = await OpenAsync();
        RateWindow[] windows = [new("g", 70, Long), new("key", 50, Long)];
        var decisions = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(_ => Task.Run(async () => await window.TryTakeAsync("a", windows, default))));
        Assert.Equal(50, decisions.Count(decision => decision.IsAllowed));
    }

    [Fact]
    public async Task A_caller_that_keeps_asking_is_let_through_again_since_refusals_do_not_count()
    {
        var window = await OpenAsync(1, TimeSpan.FromMilliseconds(100));
        for (var i = 0; i < 3; i++)
        {
            await Eventually.TrueAsync(async () => (await TakeAsync(window, "a", "g")).IsAllowed);
        }
    }

    [Fact]
    public async Task No_window_of_any_place_lets_more_through_than_the_limit()
    {
        const int Limit = 5;
        var length = TimeSpan.FromMilliseconds(50);
        var window = await OpenAsync(Limit, length);
        var allowed = new List<(long Sent, long Answered)>();
        await Eventually.TrueAsync(async () =>
        {
            var sent = Stopwatch.GetTimestamp();
            if ((await TakeAsync(window, "a", "g")).IsAllowed)
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
        var window = await OpenAsync(limit, Long);
        var decisions = await Task.WhenAll(
            Enumerable.Range(0, requests).Select(_ => Task.Run(async () => await TakeAsync(window, "a", "g"))));
        Assert.Equal(limit, decisions.Count(decision => decision.IsAllowed));
    }

    /// <summary>A window in use, its counts at 0.</summary>
    internal abstract Task<IRateLimitWindow> OpenAsync();

    private async Task<RateLimitWindowUnderTest> OpenAsync(int limit, TimeSpan length) => new(await OpenAsync(), limit, length);

    private static ValueTask<RateLimitDecision> TakeAsync(RateLimitWindowUnderTest window, string caller, string group) =>
        window.Window.TryTakeAsync(caller, [new RateWindow(group, window.Limit, window.Length)], default);

    private sealed record RateLimitWindowUnderTest(IRateLimitWindow Window, int Limit, TimeSpan Length);
}
