using Microsoft.AspNetCore.Connections;

namespace Soma.Gateway.Draining;

/// <summary>
/// Tracks the listeners and open connections of this process, and closes them in an order that breaks no request when
/// the process stops.
/// </summary>
/// <remarks>
/// <para>A server that simply closes its idle connections may close one on which a request is already on its way. The
/// client then sees a reset and cannot know whether its request was processed. So when the process is told to stop, it
/// first stops listening: new clients are refused and can safely try elsewhere. Then every open connection gets one
/// more answer, with <c>Connection: close</c>. Only connections that stay idle for the whole drain time are closed
/// without one.</para>
/// </remarks>
internal sealed class ConnectionDrain(TimeSpan drainTime, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly List<IConnectionListener> _listeners = [];
    private readonly CancellationTokenSource _draining = new();
    private volatile bool _isDraining;
    private volatile bool _isListening = true;
    private int _open;

    public bool IsDraining => _isDraining;

    public bool IsListening => _isListening;

    /// <summary>Ends answers that would go on for ever, such as streams of changes.</summary>
    public CancellationToken Draining => _draining.Token;

    public int OpenConnections => Volatile.Read(ref _open);

    public void Add(IConnectionListener listener)
    {
        lock (_listeners)
        {
            _listeners.Add(listener);
        }
    }

    public void Dispose() => _draining.Dispose();

    public void OnOpened() => Interlocked.Increment(ref _open);

    public void OnClosed() => Interlocked.Decrement(ref _open);

    /// <summary>Stops listening and waits until every client has disconnected, or the drain time is over.</summary>
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
        await _draining.CancelAsync();
        var started = clock.GetTimestamp();
        while (OpenConnections > 0 && clock.GetElapsedTime(started) < drainTime && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, clock, CancellationToken.None);
        }
    }
}
