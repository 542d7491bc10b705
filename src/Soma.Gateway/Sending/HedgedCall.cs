using System.Runtime.ExceptionServices;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Sending;

/// <summary>Hedging: sends one operation in as many attempts as it needs, and keeps what is known from them.</summary>
/// <remarks>
/// <para><b>Attempts.</b> The first goes out at once. One that fails by a silo's fault is followed by the next after a pause;
/// one that says nothing stands alone for the attempt limit, then the next goes out <i>beside</i> it. It is not given up: a call
/// sent around a silo's death hangs as long as the runtime lets it, but a slow owner may still answer, and what any attempt says
/// counts until the operation ends. Sending again is safe because a write's attempts share one key: what one of them did, the
/// others answer from the receipt, and those that meet in the owner's queue are one command.</para>
/// <para><b>End.</b> The first answer ends it. A read's other attempts are then cancelled; a write's never are. A verdict of the
/// service ends it too, unless another attempt may still say otherwise.</para>
/// <para><b>Applied or not.</b> What is certain of one attempt (never run, refused, not applied) says nothing of the others. While
/// one of a write's attempts is pending, or ended without saying whether it was applied, the whole is unknown, and only an answer
/// changes that: the owner looks for the receipt before it decides a later attempt. A refusal does not, if the memory's next
/// change could lift it: a message still under way would then be run after all.</para>
/// <para><b>Why not Polly.</b> Its hedging cancels the other attempts as soon as one has answered, and its outcome is that of one
/// attempt. A write needs neither: its other attempts must run on, and whether it was applied is known only from all of them
/// together. A Polly strategy would have to keep that record beside itself, so this is the smaller code.</para>
/// </remarks>
internal sealed class HedgedCall<TReply>(
    Operation<TReply> operation, SendingLimits limits, Backoff backoff, Func<RetryReason, bool> mayRetry, TimeProvider clock)
{
    private readonly List<Task<TReply>> _pending = [];
    private readonly long _started = clock.GetTimestamp();
    private Task<TReply>? _latest;
    private int _number;
    private int _failures;

    /// <summary>When the next attempt is due, from the start; null: there is none.</summary>
    private TimeSpan? _nextAt = TimeSpan.Zero;
    private RetryReason _reason;

    /// <summary>No attempt goes out any more: the budget or the time is spent, or the service has refused.</summary>
    private bool _isLast;

    /// <summary>An attempt ended that may have been applied.</summary>
    private bool _isUnknown;
    private Exception? _failure;
    private (TReply Reply, bool IsSet) _refusal;

    private TimeSpan Elapsed => clock.GetElapsedTime(_started);

    /// <summary>Something unsaid remains that a later answer could decide.</summary>
    private bool IsOpen => _pending.Count > 0 || _isUnknown;

    public async Task<TReply> RunAsync(CancellationToken cancellationToken)
    {
        using var unwanted = operation.IsWrite ? null : CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var token = unwanted?.Token ?? CancellationToken.None;
        try
        {
            while (true)
            {
                SendIfDue(token);
                await WaitAsync(token);
                token.ThrowIfCancellationRequested();
                if (TryTakeAnswer(out var reply))
                {
                    return reply;
                }

                if ((_pending.Count == 0 && _nextAt is null) || Elapsed >= limits.Timeout + limits.Grace)
                {
                    return End();
                }
            }
        }
        finally
        {
            LetGo(unwanted);
        }
    }

    private void SendIfDue(CancellationToken token)
    {
        var elapsed = Elapsed;
        if (_nextAt is not { } due || elapsed < due)
        {
            return;
        }

        // A timer may be late: what counts is the time that is left of the timeout.
        if (_number > 0 && (elapsed >= limits.Timeout || !mayRetry(_reason)))
        {
            StopSending();
            return;
        }

        _latest = StartAsync(new Attempt(++_number, limits.Timeout - elapsed, token));
        _pending.Add(_latest);
        Schedule(limits.AttemptLimit, RetryReason.Silence);
    }

    // What a call throws before it has become a task is that attempt's failure like any other.
    private async Task<TReply> StartAsync(Attempt attempt) => await operation.Send(attempt);

    private void Schedule(TimeSpan pause, RetryReason reason)
    {
        var due = Elapsed + pause;
        _nextAt = !_isLast && _number < limits.Attempts && due < limits.Timeout ? due : null;
        _reason = reason;
    }

    private void StopSending()
    {
        _isLast = true;
        _nextAt = null;
    }

    /// <summary>Until an attempt has ended, the next is due, or time is over.</summary>
    private async Task WaitAsync(CancellationToken token)
    {
        var end = _pending.Count > 0 ? limits.Timeout + limits.Grace : TimeSpan.MaxValue;
        var wake = _nextAt < end ? _nextAt.Value : end;
        if (wake == TimeSpan.MaxValue)
        {
            return;
        }

        // Timers count whole milliseconds and round down; one that ended a little early would only be set again.
        var wait = TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling((wake - Elapsed).TotalMilliseconds)));
        Task ended = _pending.Count switch
        {
            0 => Task.Delay(wait, clock, token),
            1 => ((Task)_pending[0]).WaitAsync(wait, clock, token),
            _ => ((Task)Task.WhenAny(_pending)).WaitAsync(wait, clock, token),
        };
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private bool TryTakeAnswer(out TReply reply)
    {
        for (var i = 0; i < _pending.Count; i++)
        {
            if (_pending[i].IsCompletedSuccessfully && operation.SpeaksForAll(_pending[i].Result))
            {
                reply = _pending[i].Result;
                _pending.RemoveAt(i);
                return true;
            }
        }

        TakeFailures();
        reply = default!;
        return false;
    }

    private void TakeFailures()
    {
        foreach (var attempt in _pending.Where(static attempt => attempt.IsCompleted).ToList())
        {
            _pending.Remove(attempt);
            if (attempt.IsCompletedSuccessfully)
            {
                _refusal = (attempt.Result, true);
                StopSending();
            }
            else
            {
                OnFailed(attempt, attempt.Exception?.InnerException ?? new TaskCanceledException(attempt));
            }
        }
    }

    private void OnFailed(Task<TReply> attempt, Exception e)
    {
        var failure = AttemptFailure.Of(e);
        if (failure.Kind == AttemptFailureKind.Fault)
        {
            ExceptionDispatchInfo.Throw(e);
        }

        if (failure.Kind == AttemptFailureKind.Verdict && !IsOpen)
        {
            StopSending();
        }

        _failure = e;
        _failures++;
        _isUnknown |= operation.IsWrite && failure.MayHaveBeenApplied;
        // While another attempt is pending, a verdict or an older attempt's end is no reason to hurry.
        if (_pending.Count == 0 || (attempt == _latest && failure.Kind == AttemptFailureKind.Silo))
        {
            Schedule(backoff.Pause(_failures), failure.Reason);
        }
    }

    private TReply End()
    {
        if (operation.IsWrite && IsOpen)
        {
            throw new OutcomeUnknownException("No silo said in time whether the write was applied.");
        }

        if (_refusal.IsSet)
        {
            return _refusal.Reply;
        }

        if (_failure is null || _pending.Count > 0)
        {
            throw new DeadlinePassedException("No silo answered in time.");
        }

        throw AttemptFailure.ForCaller(_failure);
    }

    /// <summary>What the other attempts still say is of no use to anyone; so their failures are observed and dropped.</summary>
    private void LetGo(CancellationTokenSource? unwanted)
    {
        if (_pending.Count == 0)
        {
            return;
        }

        unwanted?.Cancel();
        foreach (var attempt in _pending)
        {
            attempt.ContinueWith(
                static ended => _ = ended.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }
}
