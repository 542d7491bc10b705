using Orleans.Runtime.Messaging;

namespace Soma.Gateway.Sending;

/// <summary>What one attempt's failure says: of the attempt, and of whether another has better prospects.</summary>
/// <remarks>
/// What Orleans 10.4 reports, and when (read from its code):
/// <list type="bullet">
/// <item><see cref="SiloUnavailableException"/>: of a silo known to be dead before the message left, but just as well of one
/// that died, or whose connection broke, with the message on its way or being run. Nothing in it tells these apart: it
/// <b>may have been applied</b>.</item>
/// <item>Any other <see cref="OrleansMessageRejectionException"/>: no gateway, no connection, a silo that is stopping or not the
/// one meant, an activation that was not running it yet. <b>Not run.</b> A client does send a message again by itself, but only
/// one that it had not finished writing when the connection broke; so what is rejected then had never arrived whole.</item>
/// <item><see cref="ConnectionFailedException"/>, <see cref="ClientNotAvailableException"/>,
/// <see cref="GatewayTooBusyException"/>, <see cref="LimitExceededException"/>: <b>not run</b>.</item>
/// <item><see cref="TimeoutException"/>: no answer, or no placement, within the runtime's own limit. It <b>may have been
/// applied</b>, and may be yet. A client is not told of a silo's death: what it sent to the dead one ends this way.</item>
/// <item>A cancellation that nobody here asked for, a disposed object, a bare <see cref="OrleansException"/>: a client or a silo
/// that is stopping, a placement that found no silo. The same types may come out of a grain: it <b>may have been
/// applied</b>.</item>
/// </list>
/// Anything else is a fault: it is passed on at once.
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

    /// <summary>What a caller is to be told of a request whose last attempt failed like this.</summary>
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

/// <summary>Whose failure an attempt's is.</summary>
internal enum AttemptFailureKind
{
    /// <summary>A silo's or the way to it: another attempt may well succeed.</summary>
    Silo,

    /// <summary>The service's own word (overloaded, store away, deadline passed): the caller's to act on.</summary>
    Verdict,

    /// <summary>A fault of ours: another attempt would meet it too.</summary>
    Fault,
}

/// <summary>Why an attempt after the first goes out.</summary>
internal enum RetryReason
{
    /// <summary>The owner was replaced by another.</summary>
    Replaced,

    /// <summary>The runtime refused to run it, or its owner refused it for now.</summary>
    Rejected,

    /// <summary>A silo went away, or could not be connected to.</summary>
    Unreachable,

    /// <summary>The runtime gave the attempt up.</summary>
    Timeout,

    /// <summary>The attempt before has said nothing yet and stays pending: a hedge.</summary>
    Silence,
}
