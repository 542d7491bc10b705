namespace Soma.Hosting;

/// <summary>Shares one answer among everyone who asks within a second, so that probes cost the silos the same however many ask.</summary>
/// <remarks>A failed try is shared too: while a silo is away, each asker would else wait out a time-out of its own.</remarks>
public sealed class CoalescedProbe<T>(Func<CancellationToken, Task<T>> probe, TimeProvider clock)
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
                _latest = RunAsync();
            }

            return _latest;
        }
    }

    private async Task<T> RunAsync()
    {
        using var deadline = new CancellationTokenSource(MaxWait, clock);
        // The probe may ignore its token: the wait ends all the same.
        return await probe(deadline.Token).WaitAsync(MaxWait, clock, deadline.Token);
    }
}
