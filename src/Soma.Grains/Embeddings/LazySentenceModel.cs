using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Embeddings;

/// <summary>
/// A model that is loaded by its first text, a second's work: choosing it costs nothing, so that a namespace may choose it on its turn.
/// </summary>
/// <param name="name">What it will be called.</param>
/// <param name="space">The space it will have.</param>
/// <param name="load">Gives a local model of that space.</param>
internal sealed class LazySentenceModel(string name, EmbeddingSpace space, Func<ISentenceModel> load) : ISentenceModel
{
    private readonly Lazy<ISentenceModel> _model = new(load);

    public string ModelName => name;

    public EmbeddingSpace Space => space;

    public int BatchSize => 1;

    public bool IsLocal => true;

    /// <summary>Loads the model now, unless it is loaded.</summary>
    /// <exception cref="InvalidDataException">Its folder cannot be used.</exception>
    public void Load() => _ = _model.Value;

    public Task<IReadOnlyList<float[]?>> EmbedMemoriesAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
        Loaded().EmbedMemoriesAsync(texts, cancellationToken);

    public ValueTask<float[]?> EmbedQueryAsync(string query, CancellationToken cancellationToken) =>
        Loaded().EmbedQueryAsync(query, cancellationToken);

    private ISentenceModel Loaded()
    {
        try
        {
            return _model.Value;
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or UnauthorizedAccessException
            or TypeInitializationException or DllNotFoundException)
        {
            throw new ModelUnavailableException($"The sentence model {name} cannot be loaded: {failure.Message}", failure);
        }
    }
}
