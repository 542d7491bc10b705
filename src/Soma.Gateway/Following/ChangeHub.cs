using System.Collections.Concurrent;

namespace Soma.Gateway.Following;

/// <summary>Waits for changes on behalf of all followers of this gateway: one call at a time for each followed namespace.</summary>
/// <remarks>
/// A follower that has read everything waits here and costs a task. The call to the owner ends after a few seconds, because a call to a
/// silo that has just died may never be answered; the next call then finds the new owner. A call says only where the log stands.
/// Followers read the changes themselves, each from its own place, so nothing is buffered for them.
/// </remarks>
internal sealed class ChangeHub(NamespaceClient client, GatewayOptions options, Backoff backoff, TimeProvider clock)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<NamespaceKey, Watch> _watches = [];

    // Orleans gives a call up two seconds after the request timeout.
    private readonly TimeSpan _wait = options.RequestTimeout < LongestWait ? options.RequestTimeout : LongestWait;

    /// <summary>How many namespaces are watched now.</summary>
    internal int Watched => _watches.Count;

    /// <summary>Returns when the log of the namespace is beyond a place, or is another log.</summary>
    /// <param name="key">The namespace.</param>
    /// <param name="after">The follower's place.</param>
    /// <param name="logId">The log that the place is of; 0: none is known yet.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(NamespaceKey key, long after, long logId, CancellationToken cancellationToken)
    {
        var watch = Enter(key);
        try
        {
            while (true)
            {
                var (mark, next) = watch.Look();
                if (mark is { } known && (known.HeadSeq > after || (logId != 0 && known.LogId != logId)))
                {
                    return;
                }

                await next.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            watch.Leave();
        }
    }

    private Watch Enter(NamespaceKey key)
    {
        while (true)
        {
            var watch = _watches.GetOrAdd(key, static _ => new Watch());
            switch (watch.TryEnter())
            {
                case Entering.First:
                    // The watch outlives the request that starts it, and must not appear in that request's trace.
                    using (ExecutionContext.SuppressFlow())
                    {
                        _ = Task.Run(() => RunAsync(key, watch), CancellationToken.None);
                    }

                    return watch;
                case Entering.Joined:
                    return watch;
            }

            // The watch has ended: whoever ended it takes it out, and the next look makes another one.
            _watches.TryRemove(new KeyValuePair<NamespaceKey, Watch>(key, watch));
        }
    }

    private async Task RunAsync(NamespaceKey key, Watch watch)
    {
        var (mark, failures) = (default(ChangeMark?), 0);
        while (!watch.TryEnd())
        {
            try
            {
                var query = new WaitForChange { After = mark?.HeadSeq ?? -1, LogId = mark?.LogId ?? 0, Timeout = _wait };
                mark = await client.WaitForChangeAsync(key, query).WaitAsync(_wait + Grace, clock);
                failures = 0;
                watch.Publish(mark.Value);
            }
            // The boundary of a watch: whatever failed, the owner is asked again as long as somebody follows.
            catch (Exception)
            {
                await Task.Delay(backoff.Pause(Math.Min(++failures, 10)), clock);
            }
        }

        _watches.TryRemove(new KeyValuePair<NamespaceKey, Watch>(key, watch));
    }

    private enum Entering
    {
        First,
        Joined,
        Ended,
    }

    /// <summary>What the followers of one namespace share.</summary>
    private sealed class Watch
    {
        private readonly Lock _gate = new();
        private TaskCompletionSource _next = NewTask();
        private ChangeMark? _mark;
        private int _followers;
        private bool _isRunning;
        private bool _isEnded;

        public Entering TryEnter()
        {
            lock (_gate)
            {
                if (_isEnded)
                {
                    return Entering.Ended;
                }

                _followers++;
                var isFirst = !_isRunning;
                _isRunning = true;
                return isFirst ? Entering.First : Entering.Joined;
            }
        }

        public void Leave()
        {
            lock (_gate)
            {
                _followers--;
            }
        }

        /// <summary>Ends the watch if nobody follows any more. A follower between two pages comes back within the time of one call.</summary>
        public bool TryEnd()
        {
            lock (_gate)
            {
                return _isEnded = _followers == 0;
            }
        }

        /// <summary>What is known, and the task that ends when something else is.</summary>
        public (ChangeMark? Mark, Task Next) Look()
        {
            lock (_gate)
            {
                return (_mark, _next.Task);
            }
        }

        public void Publish(ChangeMark mark)
        {
            TaskCompletionSource woken;
            lock (_gate)
            {
                if (_mark == mark)
                {
                    return;
                }

                (_mark, woken, _next) = (mark, _next, NewTask());
            }

            woken.SetResult();
        }

        // Followers run on threads of their own: the watch must go on to its next call.
        private static TaskCompletionSource NewTask() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
