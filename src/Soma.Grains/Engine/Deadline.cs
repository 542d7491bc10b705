namespace Soma.Grains.Engine;

/// <summary>Runs a read until the deadline of its caller, or until the caller hangs up.</summary>
internal static class Deadline
{
    /// <summary>Runs a read; a passed deadline becomes a <see cref="DeadlinePassedException"/>.</summary>
    public static async Task<T> RunAsync<T>(
        TimeSpan time, TimeProvider clock, Func<CancellationToken, Task<T>> read, CancellationToken caller)
    {
        if (time <= TimeSpan.Zero)
        {
            throw new DeadlinePassedException("The deadline had passed when the request arrived.");
        }

        using var deadline = new CancellationTokenSource(time, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, caller);
        try
        {
            return await read(either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !caller.IsCancellationRequested)
        {
            throw new DeadlinePassedException("The deadline passed before the answer was ready.");
        }
    }
}
