using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Embeddings.Onnx;

/// <summary>What an operator says about a model's folder; what is null is as its own files say.</summary>
public sealed record SentenceModelOptions
{
    /// <summary>The space it is declared to share; null: one of its own, named after the folder and its contents.</summary>
    public EmbeddingSpace? Space { get; init; }

    /// <summary>Stands before every query.</summary>
    public string? QueryPrefix { get; init; }

    /// <summary>Stands before every window of a memory.</summary>
    public string? DocumentPrefix { get; init; }
}
