using System.Collections.Concurrent;
using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Tests.Engine.Refining;

/// <summary>A sentence model that knows one thing, that an automobile is a car, and does as the test says.</summary>
/// <remarks>In a space of its own a memory scores .8 for the very text it holds, so that a test sees whose vector it was.</remarks>
internal sealed class FakeSentenceModel(string name, EmbeddingSpace space) : ISentenceModel
{
    private readonly ConcurrentQueue<string> _embedded = new();
    private int _calls;

    public string ModelName => name;

    public EmbeddingSpace Space => space;

    public int BatchSize => 8;

    public bool IsLocal { get; init; }

    /// <summary>Awaited before each call's texts are embedded: a test blocks here, or throws.</summary>
    public Func<IReadOnlyList<string>, Task> Before { get; set; } = _ => Task.CompletedTask;

    public Func<string, bool> IsRefused { get; init; } = _ => false;

    public bool AreQueriesFailing { get; set; }

    /// <summary>Memories' texts that were embedded, in order.</summary>
    public IReadOnlyCollection<string> Embedded => _embedded;

    public int Calls => Volatile.Read(ref _calls);

    public async Task<IReadOnlyList<float[]?>> EmbedMemoriesAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        await Before(texts).WaitAsync(cancellationToken);
        return [.. texts.Select(text =>
        {
            _embedded.Enqueue(text);
            return IsRefused(text) ? null : MemoryVectorOf(text);
        })];
    }

    public ValueTask<float[]?> EmbedQueryAsync(string query, CancellationToken cancellationToken) => AreQueriesFailing
        ? throw new ModelUnavailableException("The model is away.")
        : ValueTask.FromResult<float[]?>(MeaningOf(query));

    private float[] MemoryVectorOf(string text)
    {
        var meaning = MeaningOf(text);
        if (space != EmbeddingSpace.BuiltIn)
        {
            meaning = [.. meaning.Select(number => 0.8f * number)];
            meaning[^1] = 0.6f;
        }

        return meaning;
    }

    private float[] MeaningOf(string text) =>
        LetterTable.VectorOf(text.Replace("automobile", "car", StringComparison.Ordinal), space.Dimension);
}
