namespace Soma.Grains.Engine.Owning;

/// <summary>The time for which reads may be served without asking the store who owns the namespace.</summary>
/// <remarks>
/// <para>A lease runs from the moment at which the last epoch check or commit was <i>sent</i>, not from the moment at which
/// its answer came. The store may have looked at the row at any moment in between, so an owner that counted from the answer
/// could go on serving while its successor already answers.</para>
/// <para>The lease is over as soon as the monotonic clock or the wall clock says so. The monotonic clock may stop while the
/// machine is paused, and the wall clock may be set back. With one of them alone, a frozen owner could answer after it woke up.</para>
/// <para>A successor that was not handed the namespace waits for the predecessor's lease plus 5 % before it answers
/// anything, so that two owners never answer at the same time.</para>
/// </remarks>
public sealed class Lease(TimeProvider clock, TimeSpan duration, bool isEndless)
{
    // Read by gets off the turn too; a reference changes in one step.
    private volatile LeaseStamp? _start;

    public TimeSpan Duration => duration;

    /// <summary>Whether a read may be served now.</summary>
    public bool IsValid => isEndless || Age < duration;

    /// <summary>Whether the lease should be renewed now, so that no reader has to wait for a renewal.</summary>
    public bool IsAging => !isEndless && Age > duration / 2;

    private TimeSpan Age => _start is not { } start
        ? TimeSpan.MaxValue
        : Longest(clock.GetElapsedTime(start.Monotonic), clock.GetUtcNow() - start.Wall);

    /// <summary>Returns the present moment. Take it before a check or commit is sent, and give it to <see cref="Extend"/> after success.</summary>
    public LeaseStamp Stamp() => LeaseStamp.Now(clock);

    /// <summary>Counts the lease from <paramref name="sent"/>, unless it already runs from a later moment.</summary>
    public void Extend(LeaseStamp sent)
    {
        if (_start is not { } start || sent.Monotonic > start.Monotonic)
        {
            _start = sent;
        }
    }

    /// <summary>Ends the lease now. Nothing may be answered afterwards.</summary>
    public void End() => _start = null;

    private static TimeSpan Longest(TimeSpan a, TimeSpan b) => a > b ? a : b;
}

/// <summary>A moment, as the monotonic clock and the wall clock show it.</summary>
public sealed record LeaseStamp(long Monotonic, DateTimeOffset Wall)
{
    public static LeaseStamp Now(TimeProvider clock) => new(clock.GetTimestamp(), clock.GetUtcNow());
}
