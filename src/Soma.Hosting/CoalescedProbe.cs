namespace Soma.Hosting;

/// <summary>Shares one answer among everyone who asks within a second, so that probes cost the probed the same however many ask.</summary>
/// <remarks>A failed try is shared too: while what is probed is away, each asker would else wait out a time-out of its own.</remarks>
/// <param name="probe">Asks once; it keeps to a time of its own, usually <see cref="MaxWait"/>.</param>
/// <param name="clock">Tells how old an answer is.</param>
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
