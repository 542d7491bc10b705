using System.Runtime.ExceptionServices;

namespace Soma.Gateway.Sending;

/// <summary>Hedging: sends one operation in as many attempts as it needs, and combines what is known from all of them.</summary>
/// <remarks>
/// <para><b>Attempts.</b> The first attempt is sent at once. If it fails because of a silo, the next is sent after a pause. If it
/// has no reply within the attempt limit, the next is sent <i>beside</i> it. The first is not cancelled: if its silo died, it hangs
/// until Orleans' timeout, but a slow owner may still reply, and the reply of any attempt counts until the operation ends. Sending
/// again is safe because all attempts of a write have the same key: if one was applied, the others are answered from its receipt,
/// and attempts that wait in the owner's queue at the same time are one command.</para>
/// <para><b>End.</b> The first reply ends the operation. The other attempts of a read are then cancelled; those of a write never
/// are. A refusal by the service ends the operation too, unless another attempt may still succeed.</para>
/// <para><b>Applied or not.</b> That one attempt was certainly not applied says nothing about the others. While one attempt of a
/// write is pending, or ended without saying whether it was applied, the outcome of the write is unknown. A reply to a later
/// attempt makes it known, because the owner looks for the receipt first. A refusal that the next change of the memory could
/// lift, such as "not found", does not: an earlier message that is still under way could then be applied.</para>
/// <para><b>Why not Polly.</b> Polly's hedging cancels the other attempts when one has replied, and its outcome is that of one
/// attempt. The other attempts of a write must go on, and whether it was applied is known only from all of them together. A Polly
/// strategy would need this record beside it, so this code is smaller.</para>
/// </remarks>
internal sealed class HedgedCall<TReply>(
    Operation<TReply> operation, SendingLimits limits, Backoff backoff, Func<RetryReason, bool> mayRetry, TimeProvider clock)
{
    private readonly List<Task<TReply>> _pending = [];
    private readonly long _started = clock.GetTimestamp();
    private Task<TReply>? _latest;
    private int _number;
    private int _failures;

    /// <summary>When the next attempt is due, counted from the start; null: no further attempt is planned.</summary>
    private TimeSpan? _nextAt = TimeSpan.Zero;
    private RetryReason _reason;

    /// <summary>No further attempt is sent: the budget or the time is used up, or the service has refused.</summary>
    private bool _isLast;

    /// <summary>An attempt failed that may have been applied.</summary>
    private bool _isUnknown;
    private Exception? _failure;
    private (TReply Reply, bool IsSet) _refusal;

    private TimeSpan Elapsed => clock.GetElapsedTime(_started);

    /// <summary>Whether the outcome of an attempt is still unknown.</summary>
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

    // If the call throws before it returns a task, that counts as a failure of the attempt.
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

    /// <summary>Waits until an attempt has ended, the next attempt is due, or the time is over.</summary>
    private async Task WaitAsync(CancellationToken token)
    {
        var end = _pending.Count > 0 ? limits.Timeout + limits.Grace : TimeSpan.MaxValue;
        var wake = _nextAt < end ? _nextAt.Value : end;
        if (wake == TimeSpan.MaxValue)
        {
            return;
        }

        // Timers round down to whole milliseconds. The wait is rounded up, because a timer that ends early would be set again.
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
        // While another attempt is pending, a refusal or the failure of an older attempt does not bring the next attempt forward.
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

    /// <summary>
    /// Nobody waits for the other attempts any more. Their exceptions are observed here, so that they do not appear as unobserved task
    /// exceptions.
    /// </summary>
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
