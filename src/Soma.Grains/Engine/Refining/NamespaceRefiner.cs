using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Resident;

namespace Soma.Grains.Engine.Refining;

/// <summary>Embeds a namespace's texts by the sentence model, in the order of their seqs, in the background.</summary>
/// <remarks>
/// It runs on the grain's turn, and the models run on other threads. What is to be done is read from the store each time. So
/// after a crash it continues where the last saved page ended, and never embeds a version again whose vector is stored.
/// </remarks>
internal sealed class NamespaceRefiner(
    EngineServices services, NamespaceOwner owner, NamespaceIndexes indexes, NamespaceConfiguration configuration) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly SpaceRefinement _refinement = new(services, indexes, configuration);
    private readonly CancellationTokenSource _stopping = new();
    private CancellationTokenSource? _step;
    private bool _isRunning;
    private bool _isDisposed;
    private TimeSpan _pause = FirstPause;

    /// <summary>Called while there is work, so that the activation is not deactivated in the middle of it.</summary>
    public Action OnBusy { get; init; } = static () => { };

    /// <summary>Starts to work if there may be something to do. Returns at once.</summary>
    public void Wake()
    {
        if (!_isRunning && !_isDisposed && owner is { Current: { HeadSeq: > 0 } owned, IsReplaced: false }
            && _refinement.IsWanted(owned))
        {
            _isRunning = true;
            using (ExecutionContext.SuppressFlow())
            {
                _ = RunAsync(_stopping.Token);
            }
        }
    }

    /// <summary>Call this when the settings changed. It ends the wait for the model that the old settings chose.</summary>
    public void Interrupt() => _step?.Cancel();

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _stopping.Cancel();
            _stopping.Dispose();
        }
    }

    private async Task RunAsync(CancellationToken stopped)
    {
        try
        {
            await Task.Yield();
            while (owner is { Current: { } owned, IsReplaced: false } && await TryStepAsync(owned, stopped))
            {
                OnBusy();
            }
        }
        catch (OperationCanceledException)
        {
            // The activation ends, so the work ends too.
        }
        catch (Exception e)
        {
            // This is a defect. Requests do not suffer from it, and the next one starts the refiner again.
            services.Instruments.Refining.OnFailure();
            Log.RefinerBroke(services.Logger, e);
        }
        finally
        {
            _isRunning = false;
        }
    }

    /// <returns>Whether there is more to do now.</returns>
    private async Task<bool> TryStepAsync(Ownership owned, CancellationToken stopped)
    {
        using var step = CancellationTokenSource.CreateLinkedTokenSource(stopped);
        _step = step;
        try
        {
            return await StepOrPauseAsync(owned, step.Token, stopped);
        }
        catch (OperationCanceledException) when (step.IsCancellationRequested && !stopped.IsCancellationRequested)
        {
            _pause = FirstPause;
            return true;
        }
        finally
        {
            _step = null;
        }
    }

    private async Task<bool> StepOrPauseAsync(Ownership owned, CancellationToken restarted, CancellationToken stopped)
    {
        try
        {
            var isMore = await _refinement.StepAsync(owned, restarted, stopped);
            _pause = FirstPause;
            return isMore;
        }
        catch (Exception e) when (e is ModelUnavailableException or SomaException)
        {
            services.Instruments.Refining.OnFailure();
            Log.RefiningFailed(services.Logger, e.Message);
            await Task.Delay(_pause, services.Clock, restarted);
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            return true;
        }
    }
}
