using System.Diagnostics;

namespace Soma.Testing;

/// <summary>Waits until a condition holds, so that tests need no sleeps.</summary>
public static class Eventually
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static Task TrueAsync(Func<bool> condition, TimeSpan? deadline = null) =>
        TrueAsync(() => Task.FromResult(condition()), deadline);

    /// <summary>
    /// Returns as soon as the condition holds. Throws if it does not hold by the deadline (60 s unless given).
    /// </summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan? deadline = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > (deadline ?? DefaultDeadline))
            {
                throw new TimeoutException("The awaited condition did not come about.");
            }

            await Task.Delay(Pause);
        }
    }
}
