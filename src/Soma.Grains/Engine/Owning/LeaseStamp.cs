namespace Soma.Grains.Engine.Owning;

/// <summary>One moment on both clocks.</summary>
public readonly record struct LeaseStamp(long Monotonic, DateTimeOffset Wall)
{
    public static LeaseStamp Now(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return new LeaseStamp(clock.GetTimestamp(), clock.GetUtcNow());
    }
}
