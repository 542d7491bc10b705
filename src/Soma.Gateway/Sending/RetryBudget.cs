namespace Soma.Gateway.Sending;

/// <summary>Bounds what sending again may add to the load: a bucket of tokens that all requests of a gateway share.</summary>
/// <remarks>
/// Without it each request of a cluster in trouble would be sent several times over, and the trouble would feed itself. Every
/// request pays a fraction of a token in, so that retries stay a fraction of the load; a floor per second lets a quiet gateway
/// send again all the same; the capacity carries the requests under way when a silo dies. Each attempt after a request's first
/// takes one token.
/// </remarks>
internal sealed class RetryBudget(GatewayOptions options, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private double _tokens = options.RetryBudgetCapacity;
    private long _filledAt = clock.GetTimestamp();

    /// <summary>A request's share is paid in.</summary>
    public void OnRequest()
    {
        lock (_gate)
        {
            Add(options.RetryBudgetPerRequest);
        }
    }

    /// <summary>Takes what one more attempt costs; false: it must not go out.</summary>
    public bool TryTake()
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            Add(clock.GetElapsedTime(_filledAt, now).TotalSeconds * options.RetryBudgetPerSecond);
            _filledAt = now;
            if (_tokens < 1)
            {
                return false;
            }

            _tokens--;
            return true;
        }
    }

    private void Add(double tokens) => _tokens = Math.Min(_tokens + tokens, options.RetryBudgetCapacity);
}

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
