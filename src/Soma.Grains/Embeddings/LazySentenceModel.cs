using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Embeddings;

/// <summary>
/// A sentence model that is loaded when it embeds its first text, which takes about a second. Choosing the model costs nothing,
/// so a namespace's grain may choose it during a turn.
/// </summary>
/// <param name="name">The name of the model.</param>
/// <param name="space">The space of the model.</param>
/// <param name="load">Loads a local model of that space.</param>
internal sealed class LazySentenceModel(string name, EmbeddingSpace space, Func<ISentenceModel> load) : ISentenceModel
{
    private readonly Lazy<ISentenceModel> _model = new(load);

    public string ModelName => name;

    public EmbeddingSpace Space => space;

    public int BatchSize => 1;

    public bool IsLocal => true;

    /// <summary>Loads the model now if it is not loaded yet.</summary>
    /// <exception cref="InvalidDataException">The model's folder cannot be used.</exception>
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
