using Soma.Grains.Engine.Forgetting;
using Soma.Grains.Engine.Owning;

namespace Soma.Grains.Engine.Committing;

/// <summary>Evicts what a lowered bound leaves too many, in a series of commits of at most <see cref="BatchRoom.MostBeyondNeed"/> memories each.</summary>
/// <remarks>
/// If the series ends early, because the process died or the store is away, the next write goes on with it: each batch evicts as many. Runs on
/// the grain's turn.
/// </remarks>
internal sealed class EvictionSeries(
    EngineServices services, NamespaceOwner owner, CommitQueue queue, NamespaceBounds bounds, NamespaceConfiguration configuration)
{
    private static readonly TimeSpan CommitTime = TimeSpan.FromSeconds(30);

    private Task _running = Task.CompletedTask;

    public bool IsRunning => !_running.IsCompleted;

    /// <summary>Called before each commit, so that the activation is kept.</summary>
    public Action OnBusy { get; init; } = static () => { };

    /// <summary>Makes the bound hold. Returns when it does, or after <paramref name="patience"/>, while the series goes on.</summary>
    /// <remarks>Also takes the namespace. An older activation that does not know the bound can then no longer commit.</remarks>
    public async Task RunAsync(TimeSpan patience)
    {
        if (configuration.Bounds is null)
        {
            return;
        }

        if (!IsRunning)
        {
            _running = EvictAsync();
            // Whoever waits gets the failure. It is observed here too, because nobody may be waiting any more.
            _ = _running.ContinueWith(static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }

        await Task.WhenAny(_running, Task.Delay(patience, services.Clock));
        if (!IsRunning)
        {
            await _running;
        }
    }

    private async Task EvictAsync()
    {
        await Task.Yield();
        if (await owner.EnsureReadableAsync(CancellationToken.None) is null)
        {
            return;
        }

        do
        {
            OnBusy();
            await queue.WriteAsync(new WriteCommand { Operations = [new EvictExcess()], Answer = AnswerKind.Delete, Timeout = CommitTime, Bytes = 0, By = Writers.Soma });
        }
        while (bounds.IsExceeded);
    }
}
