using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Engine.Refining;

/// <summary>Runs sentence models for all namespaces of a silo, a bounded number at a time, behind the requests.</summary>
/// <remarks>
/// A model on this machine's cores waits before each text until no request has run for a moment, but never longer than a
/// quarter of a second: under constant load it still makes a few vectors a second, of all namespaces together. Models
/// elsewhere need no such care.
/// </remarks>
/// <param name="local">Where models of this machine compute: its threads bound how many do, and should be of low priority.</param>
/// <param name="remoteCalls">Calls to models elsewhere that run at once.</param>
/// <param name="load">What requests are running.</param>
/// <param name="clock">What waits go by.</param>
public sealed class RefiningPool(TaskScheduler local, int remoteCalls, RequestLoad load, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _local = new(local.MaximumConcurrencyLevel);
    private readonly SemaphoreSlim _remote = new(remoteCalls);

    /// <summary>Vectors of these texts by <paramref name="model"/>, see <see cref="ISentenceModel.EmbedMemoriesAsync"/>.</summary>
    public Task<IReadOnlyList<float[]?>> EmbedAsync(ISentenceModel model, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(texts);
        return model.IsLocal
            ? Task.Factory.StartNew(
                () => EmbedHereAsync(model, texts, cancellationToken), cancellationToken, TaskCreationOptions.DenyChildAttach, local).Unwrap()
            : EmbedElsewhereAsync(model, texts, cancellationToken);
    }

    public void Dispose()
    {
        _local.Dispose();
        _remote.Dispose();
    }

    private async Task<IReadOnlyList<float[]?>> EmbedHereAsync(
        ISentenceModel model, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var vectors = new List<float[]?>(texts.Count);
        foreach (var chunk in texts.Chunk(model.BatchSize))
        {
            // Whoever waits for quiet keeps the others from it: else each namespace would go when its own time is up.
            await _local.WaitAsync(cancellationToken);
            try
            {
                await WaitForQuietAsync(cancellationToken);
                vectors.AddRange(await model.EmbedMemoriesAsync(chunk, cancellationToken));
            }
            finally
            {
                _local.Release();
            }
        }

        return vectors;
    }

    private async Task<IReadOnlyList<float[]?>> EmbedElsewhereAsync(
        ISentenceModel model, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        await _remote.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => model.EmbedMemoriesAsync(texts, cancellationToken), cancellationToken);
        }
        finally
        {
            _remote.Release();
        }
    }

    private async Task WaitForQuietAsync(CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; waited < LongestWait && !load.IsQuiet(Quiet); waited += Step)
        {
            await Task.Delay(Step, clock, cancellationToken);
        }
    }
}
