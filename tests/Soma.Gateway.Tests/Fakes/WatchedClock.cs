using Microsoft.Extensions.Time.Testing;

namespace Soma.Gateway.Tests.Fakes;

/// <summary>A clock that stands still, and knows how often someone has begun to wait by it.</summary>
internal sealed class WatchedClock : FakeTimeProvider
{
    private int _timers;

    public int Timers => Volatile.Read(ref _timers);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Interlocked.Increment(ref _timers);
        return timer;
    }
}
