namespace Soma.Gateway.Sending;

/// <summary>How long to pause before the next attempt: longer each time, and never in step with other requests.</summary>
internal sealed class Backoff(Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);

    /// <param name="failures">How many attempts have failed so far, from 1.</param>
    public TimeSpan Pause(int failures)
    {
        var whole = Math.Min(First.TotalMilliseconds * Math.Pow(2, failures - 1), Longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(whole * (0.5 + (random.NextDouble() / 2)));
    }
}
