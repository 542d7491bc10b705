using Soma.Gateway.Sending;

namespace Soma.Gateway.Probing;

/// <summary>Shares one answer among everyone who asks within a second, so that probes cost the silos the same however many ask.</summary>
/// <remarks>
/// A failed try is shared too: while a silo is away, each asker would else wait out a time-out of its own. A try is up to two
/// attempts: the first may hang on one dead silo while all others answer, and that must not read as "no silo".
/// </remarks>
internal sealed class CoalescedProbe<T>(Func<CancellationToken, Task<T>> probe, Backoff backoff, TimeProvider clock)
{
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(2);

    private static readonly SendingLimits Limits = new()
    {
        Patience = MaxWait,
        AttemptLimit = TimeSpan.FromMilliseconds(700),
        Attempts = 2,
    };

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

    private Task<T> RunAsync()
    {
        var operation = new Operation<T> { Send = attempt => probe(attempt.Cancellation) };
        return new Delivery<T>(operation, Limits, backoff, static _ => true, clock).RunAsync(CancellationToken.None);
    }
}
