namespace Soma.Grains.Engine.Owning;

/// <summary>
/// The time for which reads may be served without asking the store who owns the namespace.
/// </summary>
/// <remarks>
/// <para>Protocol. A lease runs from before the last epoch check or commit was <i>sent</i>, never from when its answer
/// came: the store may have looked at the row at any moment in between, and an owner that counted from the answer could
/// serve on while its successor already answers.</para>
/// <para>It is over as soon as the monotonic or the wall clock says so. A machine that is paused stops the first and may
/// wake up believing that no time has passed; a wall clock may be set back. Either alone would let a frozen owner answer.</para>
/// <para>A successor that was not handed the namespace waits for the predecessor's lease plus 5 % before it answers
/// anything, so that two owners never answer at the same time.</para>
/// </remarks>
public sealed class Lease(TimeProvider clock, TimeSpan duration, bool isEndless)
{
    private LeaseStamp? _start;

    public TimeSpan Duration => duration;

    /// <summary>Whether a read may be served now.</summary>
    public bool IsValid => isEndless || Age < duration;

    /// <summary>Whether it is time to renew so that no reader has to wait for it.</summary>
    public bool IsAging => !isEndless && Age > duration / 2;

    private TimeSpan Age => _start is not { } start
        ? TimeSpan.MaxValue
        : Longest(clock.GetElapsedTime(start.Monotonic), clock.GetUtcNow() - start.Wall);

    /// <summary>The moment to take before a check or commit is sent, for <see cref="Extend"/> once it succeeded.</summary>
    public LeaseStamp Stamp() => LeaseStamp.Now(clock);

    /// <summary>Counts the lease from <paramref name="sent"/>, unless it already runs from a later moment.</summary>
    public void Extend(LeaseStamp sent)
    {
        if (_start is not { } start || sent.Monotonic > start.Monotonic)
        {
            _start = sent;
        }
    }

    /// <summary>Ends it now: nothing may be answered any more.</summary>
    public void End() => _start = null;

    private static TimeSpan Longest(TimeSpan a, TimeSpan b) => a > b ? a : b;
}

/// <summary>One moment on both clocks.</summary>
public readonly record struct LeaseStamp(long Monotonic, DateTimeOffset Wall)
{
    public static LeaseStamp Now(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return new LeaseStamp(clock.GetTimestamp(), clock.GetUtcNow());
    }
}
