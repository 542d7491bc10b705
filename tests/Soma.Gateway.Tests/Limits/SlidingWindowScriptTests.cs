using CsCheck;
using Soma.Gateway.Limits;
using Soma.Testing.Redis;
using StackExchange.Redis;

namespace Soma.Gateway.Tests.Limits;

/// <summary>The script in Redis, at given times, beside the window in memory: both must decide alike.</summary>
public sealed class SlidingWindowScriptTests : IClassFixture<RedisServer>, IDisposable
{
    // In microseconds; long, because the keys' own time to live is real time.
    private const long Window = 1_000_000_000;
    private const long Start = 1_000_000_000_000;

    private const string Clock = "redis.call('TIME')";
    private static readonly string Script = SlidingWindowScript.Text.Replace(Clock, "{ARGV[4], ARGV[5]}", StringComparison.Ordinal);

    private readonly ConnectionMultiplexer _connection;
    private int _windows;

    public SlidingWindowScriptTests(RedisServer redis)
    {
        Assert.Contains(Clock, SlidingWindowScript.Text);
        redis.FlushAll();
        _connection = ConnectionMultiplexer.Connect(redis.ConnectionString);
    }

    public void Dispose() => _connection.Dispose();

    [Fact]
    public Task It_decides_as_the_window_in_memory_does() =>
        Gen.Select(Gen.Int[1, 20], Gen.Long[0, Window / 5].Array[1, 300]).SampleAsync(
            async (limit, gaps) => await CompareAsync(limit, gaps), iter: 30, threads: 1);

    [Fact]
    public Task It_merges_as_the_window_in_memory_does_and_holds_no_more_than_1024_moments() =>
        Gen.Select(Gen.Int[1025, 3000], Gen.Long[0, Window / 1500].Array[6000]).SampleAsync(
            async (limit, gaps) => await CompareAsync(limit, gaps), iter: 3, threads: 1);

    [Fact]
    public async Task A_limit_of_100000_is_held_in_1024_moments()
    {
        var moments = await CompareAsync(100_000, [.. Enumerable.Repeat(Window / 10_000, 30_000)]);
        Assert.InRange(moments, 1000, SlidingWindow.MaxMoments);
    }

    [Fact]
    public async Task A_clock_set_back_a_little_lets_nothing_more_through()
    {
        Assert.True((await TakeAsync(1, Start)).IsAllowed);
        Assert.Equal(new RateLimitDecision(false, 0, Microseconds(Window)), await TakeAsync(1, Start - 1000));
        Assert.True((await TakeAsync(1, Start + Window)).IsAllowed);
    }

    [Fact]
    public async Task A_clock_set_back_by_more_than_a_window_refuses_nobody_until_it_has_caught_up()
    {
        Assert.True((await TakeAsync(1, Start)).IsAllowed);
        Assert.True((await TakeAsync(1, Start - Window - 1)).IsAllowed);
        Assert.False((await TakeAsync(1, Start - Window)).IsAllowed);
    }

    [Fact]
    public async Task A_limit_that_was_lowered_holds_for_what_is_counted_already()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.True((await TakeAsync(3, Start + i)).IsAllowed);
        }

        Assert.Equal(new RateLimitDecision(false, 0, Microseconds(Window - 2)), await TakeAsync(2, Start + 2));
        Assert.False((await TakeAsync(2, Start + Window)).IsAllowed);
        Assert.True((await TakeAsync(2, Start + Window + 1)).IsAllowed);
    }

    /// <summary>Takes at the same moments from both; how many moments Redis held at most.</summary>
    private async Task<long> CompareAsync(int limit, long[] gaps)
    {
        _windows++;
        var memory = new SlidingWindow(limit, Window);
        var expected = new List<RateLimitDecision>();
        var actual = new List<Task<RateLimitDecision>>();
        var lengths = new List<Task<long>>();
        var now = Start;
        foreach (var gap in gaps)
        {
            now += gap;
            var decision = memory.TryTake(now);
            expected.Add(decision with { Reset = Microseconds(decision.Reset.Ticks) });
            // Not awaited one by one: Redis answers one connection's commands in their order.
            actual.Add(TakeAsync(limit, now));
            if (actual.Count % 100 == 0 || actual.Count == gaps.Length)
            {
                lengths.Add(_connection.GetDatabase().ListLengthAsync(Key));
                await lengths[^1];
            }
        }

        Assert.Equal(expected, await Task.WhenAll(actual));
        var moments = ((await Task.WhenAll(lengths)).Max() - 1) / 2;
        Assert.InRange(moments, 1, SlidingWindow.MaxMoments);
        return moments;
    }

    private async Task<RateLimitDecision> TakeAsync(int limit, long now)
    {
        var result = await _connection.GetDatabase().ScriptEvaluateAsync(
            Script, [Key], [limit, Window, SlidingWindow.Grid(limit, Window), 0, now]);
        return new RateLimitDecision((int)result[0] == 1, (int)result[1], Microseconds((long)result[2]));
    }

    private string Key => $"window {_windows}";

    private static TimeSpan Microseconds(long count) => TimeSpan.FromMicroseconds(count);
}
