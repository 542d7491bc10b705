namespace Soma.Gateway.Sending;

/// <summary>Limits how much retries add to the load: a token bucket that all requests of a gateway share.</summary>
/// <remarks>
/// Without a budget, each request to an overloaded cluster would be sent several times, which would overload it more. Each request
/// adds a fraction of a token, so that retries stay a fraction of the load. A few tokens are added every second, so that a gateway
/// with few requests can retry too. The capacity is large enough for all requests that are under way when a silo dies. Each
/// attempt after the first of a request takes one token.
/// </remarks>
internal sealed class RetryBudget(GatewayOptions options, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private double _tokens = options.RetryBudgetCapacity;
    private long _filledAt = clock.GetTimestamp();

    /// <summary>Adds the tokens of one request.</summary>
    public void OnRequest()
    {
        lock (_gate)
        {
            Add(options.RetryBudgetPerRequest);
        }
    }

    /// <summary>Takes the token of one more attempt. If it returns false, the attempt must not be sent.</summary>
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

/// <summary>The pause before the next attempt. It doubles each time, and is random so that requests do not retry in step.</summary>
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
