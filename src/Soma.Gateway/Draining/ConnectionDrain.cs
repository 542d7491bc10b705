using Microsoft.AspNetCore.Connections;

namespace Soma.Gateway.Draining;

/// <summary>The listeners and open connections of this process, and whether it is time for clients to go elsewhere.</summary>
/// <remarks>
/// <para>A server that just closes its idle connections races with requests that are on their way over them: such a client
/// sees a reset and cannot know whether it was heard. So when the process is told to stop, it first stops listening (new
/// clients are refused, which is safe to repeat elsewhere), then lets every open connection end with an answer that says
/// <c>Connection: close</c>, and only then closes what has stayed idle all that time.</para>
/// </remarks>
internal sealed class ConnectionDrain(TimeSpan drainTime, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly List<IConnectionListener> _listeners = [];
    private volatile bool _isDraining;
    private volatile bool _isListening = true;
    private int _open;

    public bool IsDraining => _isDraining;

    public bool IsListening => _isListening;

    public int OpenConnections => Volatile.Read(ref _open);

    public void Add(IConnectionListener listener)
    {
        lock (_listeners)
        {
            _listeners.Add(listener);
        }
    }

    public void OnOpened() => Interlocked.Increment(ref _open);

    public void OnClosed() => Interlocked.Decrement(ref _open);

    /// <summary>Stops listening and waits until every client has gone, or the time is over.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        _isDraining = true;
        IConnectionListener[] listeners;
        lock (_listeners)
        {
            listeners = [.. _listeners];
        }

        foreach (var listener in listeners)
        {
            await listener.UnbindAsync(cancellationToken);
        }

        _isListening = false;
        var started = clock.GetTimestamp();
        while (OpenConnections > 0 && clock.GetElapsedTime(started) < drainTime && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, clock, CancellationToken.None);
        }
    }
}
