using Soma.Gateway.Sending;
using Soma.Hosting;

namespace Soma.Gateway.Probing;

/// <summary>
/// Makes probes of the silos that are up to two attempts: the first may hang on one dead silo while all others answer, and that
/// must not read as "no silo".
/// </summary>
internal static class HedgedProbe
{
    public static CoalescedProbe<T> Create<T>(Func<CancellationToken, Task<T>> probe, Backoff backoff, TimeProvider clock)
    {
        var limits = new SendingLimits
        {
            Patience = CoalescedProbe<T>.MaxWait,
            AttemptLimit = TimeSpan.FromMilliseconds(700),
            Attempts = 2,
        };
        var operation = new Operation<T> { Send = attempt => probe(attempt.Cancellation) };
        return new CoalescedProbe<T>(
            () => new Delivery<T>(operation, limits, backoff, static _ => true, clock).RunAsync(CancellationToken.None), clock);
    }
}
