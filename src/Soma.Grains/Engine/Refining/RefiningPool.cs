using System.Diagnostics.CodeAnalysis;
using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Engine.Refining;

/// <summary>Runs the sentence models for all namespaces of a silo in the background, a limited number at a time.</summary>
/// <remarks>
/// A model that computes on this machine waits before each batch until no request has run for 10 ms, but no longer than 250 ms.
/// So under constant load it still makes a few vectors a second, for all namespaces together. A remote model does not wait,
/// because it does not use the cores that requests need.
/// </remarks>
/// <param name="local">Where models of this machine compute. Its number of threads limits how many do so at once.</param>
/// <param name="remoteCalls">How many calls to remote models run at once.</param>
/// <param name="load">Knows whether requests are running.</param>
/// <param name="clock">Measures the waits.</param>
[SuppressMessage("Design", "CA1001", Justification = "A chunk that is under way when the process stops still gives its slot back. Nothing waits by a handle, so nothing leaks.")]
public sealed class RefiningPool(TaskScheduler local, int remoteCalls, RequestLoad load, TimeProvider clock)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _local = new(local.MaximumConcurrencyLevel);
    private readonly SemaphoreSlim _remote = new(remoteCalls);

    /// <summary>Returns the vectors of these texts by <paramref name="model"/>; see <see cref="ISentenceModel.EmbedMemoriesAsync"/>.</summary>
    public Task<IReadOnlyList<float[]?>> EmbedAsync(ISentenceModel model, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        return model.IsLocal
            ? Task.Factory.StartNew(
                () => EmbedHereAsync(model, texts, cancellationToken), cancellationToken, TaskCreationOptions.DenyChildAttach, local).Unwrap()
            : EmbedElsewhereAsync(model, texts, cancellationToken);
    }

    private async Task<IReadOnlyList<float[]?>> EmbedHereAsync(
        ISentenceModel model, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var vectors = new List<float[]?>(texts.Count);
        foreach (var chunk in texts.Chunk(model.BatchSize))
        {
            // The slot is held while waiting for quiet. Otherwise every namespace would start after 250 ms of its own, and load the cores.
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
