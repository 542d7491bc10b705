using Orleans.Runtime.Messaging;

namespace Soma.Gateway.Sending;

/// <summary>What the failure of one attempt means: whether the attempt may have been applied, and whether another one may succeed.</summary>
/// <remarks>
/// What Orleans 10.4 reports, and when (read from its code):
/// <list type="bullet">
/// <item><see cref="SiloUnavailableException"/>: the silo was known to be dead before the message was sent; or it died, or its
/// connection broke, while the message was under way or was being processed. The exception does not say which, so the attempt
/// <b>may have been applied</b>.</item>
/// <item>Any other <see cref="OrleansMessageRejectionException"/>: no gateway, no connection, a silo that is stopping, the wrong
/// silo, an activation that had not started the call. The call was <b>not run</b>. Orleans itself sends a message again only if
/// the connection broke before the message was fully written, so a message that is rejected after that never arrived.</item>
/// <item><see cref="ConnectionFailedException"/>, <see cref="ClientNotAvailableException"/>,
/// <see cref="GatewayTooBusyException"/>, <see cref="LimitExceededException"/>: <b>not run</b>.</item>
/// <item><see cref="TimeoutException"/>: no reply, or no placement, within the timeout of Orleans. The attempt <b>may have been
/// applied</b>, or may still be. An Orleans client is not told that a silo died, so calls to a dead silo end like this.</item>
/// <item>A cancellation that this process did not ask for, a disposed object, a plain <see cref="OrleansException"/>: the client or
/// the silo is stopping, or no silo was found for the grain. A grain may throw the same types, so the attempt <b>may have been
/// applied</b>.</item>
/// </list>
/// Anything else is a defect, and is thrown at once.
/// </remarks>
internal readonly record struct AttemptFailure(AttemptFailureKind Kind, bool MayHaveBeenApplied, RetryReason Reason)
{
    public static AttemptFailure Of(Exception e) => e switch
    {
        ReplacedException => NotRun(RetryReason.Replaced),
        SomaException soma => new(AttemptFailureKind.Verdict, soma.Outcome == WriteOutcome.Unknown, RetryReason.Rejected),
        GatewayTooBusyException or LimitExceededException => new(AttemptFailureKind.Verdict, false, RetryReason.Rejected),
        SiloUnavailableException => Lost(RetryReason.Unreachable),
        OrleansMessageRejectionException => NotRun(RetryReason.Rejected),
        ConnectionFailedException or ClientNotAvailableException => NotRun(RetryReason.Unreachable),
        TimeoutException => Lost(RetryReason.Timeout),
        _ when IsClosing(e) => Lost(RetryReason.Unreachable),
        _ => new(AttemptFailureKind.Fault, true, RetryReason.Rejected),
    };

    /// <summary>The exception for the caller of a request whose last attempt failed with this exception.</summary>
    public static Exception ForCaller(Exception e) => e switch
    {
        TimeoutException => new DeadlinePassedException("No silo answered in time."),
        _ when IsClosing(e) => new SiloUnavailableException("The connection to the silos was closed.", e),
        _ => e,
    };

    private static bool IsClosing(Exception e) =>
        e is OperationCanceledException or ObjectDisposedException || e.GetType() == typeof(OrleansException);

    private static AttemptFailure NotRun(RetryReason reason) => new(AttemptFailureKind.Silo, false, reason);

    private static AttemptFailure Lost(RetryReason reason) => new(AttemptFailureKind.Silo, true, reason);
}

/// <summary>Who is responsible for the failure of an attempt.</summary>
internal enum AttemptFailureKind
{
    /// <summary>A silo or the connection to it. Another attempt may succeed.</summary>
    Silo,

    /// <summary>The service refused (overloaded, store unavailable, deadline passed). The caller must decide what to do.</summary>
    Verdict,

    /// <summary>A defect of Soma. Another attempt would fail too.</summary>
    Fault,
}

/// <summary>Why another attempt is sent.</summary>
internal enum RetryReason
{
    /// <summary>The namespace has a new owner.</summary>
    Replaced,

    /// <summary>Orleans refused to run the call, or the owner refused it for now.</summary>
    Rejected,

    /// <summary>A silo died, or no connection to it could be made.</summary>
    Unreachable,

    /// <summary>Orleans' own timeout ended the attempt.</summary>
    Timeout,

    /// <summary>The attempt before has had no reply yet, and stays pending: this attempt is a hedge.</summary>
    Silence,
}
