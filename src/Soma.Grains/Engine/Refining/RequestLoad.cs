namespace Soma.Grains.Engine.Refining;

/// <summary>Knows whether requests are being served, so that background work on the same cores can step aside.</summary>
public sealed class RequestLoad(TimeProvider clock)
{
    private int _running;
    private long _lastEnded;

    /// <summary>Whether no request runs, and none has ended within <paramref name="since"/>.</summary>
    public bool IsQuiet(TimeSpan since) =>
        Volatile.Read(ref _running) == 0 && clock.GetElapsedTime(Volatile.Read(ref _lastEnded)) >= since;

    /// <summary>Counts a request as running until the result is disposed.</summary>
    public Running Enter()
    {
        Interlocked.Increment(ref _running);
        return new Running(this);
    }

    /// <summary>Counts a request that was over as soon as it began.</summary>
    public void OnEnded() => Volatile.Write(ref _lastEnded, clock.GetTimestamp());

    private void Exit()
    {
        OnEnded();
        Interlocked.Decrement(ref _running);
    }

    /// <summary>A request that is running. Dispose it once, when the request ends.</summary>
    public readonly record struct Running(RequestLoad Load) : IDisposable
    {
        public void Dispose() => Load.Exit();
    }
}
