namespace Soma.Gateway.Sending;

/// <summary>Sends operations within the request's time and the gateway's retry budget, and counts what that took.</summary>
internal sealed class Sender(
    GatewayOptions options, RetryBudget budget, Backoff backoff, GatewayInstruments instruments, TimeProvider clock)
{
    private readonly SendingLimits _limits = new()
    {
        Patience = options.Patience,
        AttemptLimit = options.AttemptLimit,
        Grace = TimeSpan.FromMilliseconds(250),
    };

    /// <param name="operation">What to send.</param>
    /// <param name="cancellationToken">Ends a read whose client has gone. A write goes on: a client that hangs up does not undo it.</param>
    /// <exception cref="OutcomeUnknownException">Some attempt of a write may have been applied, and none said so in time.</exception>
    /// <exception cref="DeadlinePassedException">No attempt was answered in time, and none was applied.</exception>
    public async Task<TReply> SendAsync<TReply>(Operation<TReply> operation, CancellationToken cancellationToken)
    {
        budget.OnRequest();
        instruments.Sending.OnFirst();
        try
        {
            return await new HedgedCall<TReply>(operation, _limits, backoff, MayRetry, clock).RunAsync(cancellationToken);
        }
        catch (OutcomeUnknownException)
        {
            instruments.Sending.OnOutcomeUnknown();
            throw;
        }
    }

    private bool MayRetry(RetryReason reason)
    {
        if (!budget.TryTake())
        {
            instruments.Sending.OnBudgetExhausted();
            return false;
        }

        instruments.Sending.OnRetry(reason);
        return true;
    }
}
