namespace Soma.Hosting;

/// <summary>
/// Runs a probe at most once a second and gives its result to every caller in that second, so that frequent health
/// checks do not load the component that is probed.
/// </summary>
/// <remarks>
/// A failed result is shared too. Otherwise each caller would wait for its own timeout while the component is down.
/// </remarks>
/// <param name="probe">Runs one probe. It must enforce its own timeout, usually <see cref="MaxWait"/>.</param>
/// <param name="clock">Measures the age of the shared result.</param>
public sealed class CoalescedProbe<T>(Func<Task<T>> probe, TimeProvider clock)
{
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private Task<T>? _latest;
    private long _startedAt;

    public Task<T> GetAsync()
    {
        lock (_gate)
        {
            if (_latest is null || (_latest.IsCompleted && clock.GetElapsedTime(_startedAt) >= MaxAge))
            {
                _startedAt = clock.GetTimestamp();
                _latest = probe();
            }

            return _latest;
        }
    }
}
