using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Embeddings.Onnx;

/// <summary>An operator's settings for a model folder; null: use the folder's own settings.</summary>
public sealed record SentenceModelOptions
{
    /// <summary>
    /// The space that the model is declared to share; null: a space of its own, named after the folder and its
    /// contents.
    /// </summary>
    public EmbeddingSpace? Space { get; init; }

    /// <summary>A text put before every query.</summary>
    public string? QueryPrefix { get; init; }

    /// <summary>A text put before every window of a memory.</summary>
    public string? DocumentPrefix { get; init; }
}
