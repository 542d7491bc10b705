namespace Soma.Grains.Engine.Tier;

/// <summary>Ends a wait early when something happened. Safe for any thread.</summary>
internal sealed class Pulse
{
    private volatile TaskCompletionSource _next = New();

    /// <summary>Ends the waits under way.</summary>
    public void Set()
    {
        var ended = _next;
        _next = New();
        ended.TrySetResult();
    }

    /// <summary>Returns after that time, or at the next <see cref="Set"/>.</summary>
    public async Task WaitAsync(TimeSpan time, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.Delay(time, clock, either.Token), _next.Task);
        await either.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
