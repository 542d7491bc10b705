using CsCheck;
using Soma.Gateway.Limits;

namespace Soma.Gateway.Tests.Limits;

public sealed class SlidingWindowTests
{
    private const long Window = 1000;

    [Fact]
    public void A_request_makes_room_exactly_one_window_after_it()
    {
        var window = new SlidingWindow(2, Window);
        Assert.Equal(new RateLimitDecision(true, 1, TimeSpan.FromTicks(1000)), window.TryTake(0));
        Assert.Equal(new RateLimitDecision(true, 0, TimeSpan.FromTicks(600)), window.TryTake(400));
        Assert.Equal(new RateLimitDecision(false, 0, TimeSpan.FromTicks(1)), window.TryTake(999));
        Assert.Equal(new RateLimitDecision(true, 0, TimeSpan.FromTicks(400)), window.TryTake(1000));
        Assert.False(window.TryTake(1399).IsAllowed);
        Assert.True(window.TryTake(1400).IsAllowed);
    }

    [Fact]
    public void No_window_of_any_place_lets_more_through_than_the_limit()
    {
        Gen.Select(Gen.Int[1, 20], Gen.Long[0, 200].Array[1, 300]).Sample((limit, gaps) =>
        {
            var window = new SlidingWindow(limit, Window);
            var allowed = new List<long>();
            long now = 0;
            foreach (var gap in gaps)
            {
                now += gap;
                var recent = allowed.Count(at => at > now - Window);
                var decision = window.TryTake(now);
                Assert.Equal(recent < limit, decision.IsAllowed);
                if (decision.IsAllowed)
                {
                    allowed.Add(now);
                }

                Assert.Equal(limit - allowed.Count(at => at > now - Window), decision.Remaining);
            }
        });
    }

    [Fact]
    public void A_large_limit_is_never_passed_though_its_moments_are_merged()
    {
        const int Limit = 5000;
        const long Wide = 1_000_000;
        Gen.Long[0, 400].Array[20_000].Sample(
            gaps =>
            {
                var window = new SlidingWindow(Limit, Wide);
                var allowed = new Queue<long>();
                long now = 0;
                foreach (var gap in gaps)
                {
                    now += gap;
                    while (allowed.TryPeek(out var oldest) && oldest <= now - Wide)
                    {
                        allowed.Dequeue();
                    }

                    if (window.TryTake(now).IsAllowed)
                    {
                        allowed.Enqueue(now);
                    }

                    Assert.True(allowed.Count <= Limit);
                }

                // Merging may hold a request back for a thousandth of the window, not longer.
                Assert.True(allowed.Count > Limit * 0.95);
            },
            iter: 5);
    }
}

/// <summary>One window alone.</summary>
internal static class WindowAlone
{
    public static RateLimitDecision TryTake(this SlidingWindow window, long now)
    {
        var hasRoom = window.HasRoom(now);
        if (hasRoom)
        {
            window.Take(now);
        }

        return RateLimitDecision.Of(hasRoom, [window.StateAt(now)]);
    }
}
