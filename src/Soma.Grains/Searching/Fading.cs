namespace Soma.Grains.Searching;

/// <summary>
/// How the importance of a memory fades: importance × 2^(−age / half-life), where the age counts from the last GET or write of the
/// memory, whichever is newer. docs/retrieval.md names the source. An importance of 0 or less stays as it is.
/// </summary>
/// <param name="HalfLife">Above zero.</param>
/// <param name="Now">The moment at which the importance is asked for.</param>
/// <param name="ReadAt">When a memory was last read; called on any thread.</param>
public sealed record Fading(TimeSpan HalfLife, Instant Now, Func<Coordinate, Instant> ReadAt)
{
    /// <summary>What is left of the importance.</summary>
    public double Of(double importance, Coordinate coordinate, Instant updatedAt)
    {
        if (importance <= 0)
        {
            return importance;
        }

        var age = Math.Max(0, Now.Microseconds - Math.Max(updatedAt.Microseconds, ReadAt(coordinate).Microseconds));
        return importance * Math.Pow(2, -age / HalfLife.TotalMicroseconds);
    }
}
