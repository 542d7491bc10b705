using Soma.Gateway.Sending;
using Soma.Hosting;

namespace Soma.Gateway.Probing;

/// <summary>
/// Sends a second probe if the first one gets no answer in time. The first may hang on one dead silo while all others
/// answer, and that must not be reported as "no silo".
/// </summary>
internal static class HedgedProbe
{
    public static CoalescedProbe<T> Create<T>(Func<CancellationToken, Task<T>> probe, Backoff backoff, TimeProvider clock)
    {
        var limits = new SendingLimits
        {
            Timeout = CoalescedProbe<T>.MaxWait,
            AttemptLimit = TimeSpan.FromMilliseconds(700),
            Attempts = 2,
        };
        var operation = new Operation<T> { Send = attempt => probe(attempt.Cancellation) };
        return new CoalescedProbe<T>(
            () => new HedgedCall<T>(operation, limits, backoff, static _ => true, clock).RunAsync(CancellationToken.None), clock);
    }
}
