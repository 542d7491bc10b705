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

    /// <summary><c>SOMA_QUERY_EMBEDDING=accurate</c>: whether queries are embedded by the sentence model instead of the table.</summary>
    public bool AccurateQueries { get; init; }

    /// <summary>How long the loaded built-in sentence model waits for its next text before its memory is given back.</summary>
    public TimeSpan ModelIdleTime { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>Which models make the vectors of texts.</summary>
public enum EmbeddingsKind
{
    /// <summary>
    /// The built-in pair: the table makes the first vector at once, the built-in sentence model replaces it a little later.
    /// </summary>
    Builtin,

    /// <summary>The built-in table alone.</summary>
    Fast,

    /// <summary>No model: searches use words, and vectors that callers bring.</summary>
    None,

    /// <summary>The table at once, later a sentence model from a folder.</summary>
    Folder,

    /// <summary>The table at once, later a sentence model behind an OpenAI-compatible endpoint.</summary>
    Endpoint,
}
