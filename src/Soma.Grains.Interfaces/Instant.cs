namespace Soma.Grains.Interfaces;

/// <summary>A moment as both stores keep it: whole microseconds since 1970-01-01 UTC.</summary>
[GenerateSerializer, Immutable, Alias("soma.instant")]
public readonly record struct Instant([property: Id(0)] long Microseconds) : IComparable<Instant>
{
    public const long MicrosecondsPerSecond = 1_000_000;

    public static Instant From(DateTimeOffset time) => new((time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);

    /// <summary>The moment that much earlier.</summary>
    public Instant Before(TimeSpan time) => new(Microseconds - (long)time.TotalMicroseconds);

    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.UnixEpoch.AddTicks(Microseconds * TimeSpan.TicksPerMicrosecond);

    public int CompareTo(Instant other) => Microseconds.CompareTo(other.Microseconds);

    public static bool operator <(Instant left, Instant right) => left.Microseconds < right.Microseconds;

    public static bool operator >(Instant left, Instant right) => left.Microseconds > right.Microseconds;

    public static bool operator <=(Instant left, Instant right) => left.Microseconds <= right.Microseconds;

    public static bool operator >=(Instant left, Instant right) => left.Microseconds >= right.Microseconds;
}
