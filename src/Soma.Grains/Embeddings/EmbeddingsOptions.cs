using Soma.Grains.Embeddings.Onnx;
using Soma.Grains.Embeddings.OpenAi;

namespace Soma.Grains.Embeddings;

/// <summary>The embedding models of a process. A namespace may choose others.</summary>
public sealed record EmbeddingsOptions
{
    /// <summary><c>SOMA_EMBEDDINGS</c>: which models are used.</summary>
    public EmbeddingsKind Kind { get; init; }

    /// <summary>The folder of the sentence model, for <see cref="EmbeddingsKind.Folder"/>.</summary>
    public string? Folder { get; init; }

    /// <summary>Settings that override those in the folder's own files.</summary>
    public SentenceModelOptions FolderModel { get; init; } = new();

    /// <summary>The endpoint, for <see cref="EmbeddingsKind.Endpoint"/>.</summary>
    public EndpointOptions? Endpoint { get; init; }

    /// <summary>
    /// <c>SOMA_QUERY_EMBEDDING=accurate</c>: whether queries are embedded by the sentence model instead of the table.
    /// </summary>
    public bool AccurateQueries { get; init; }
}
