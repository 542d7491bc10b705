using Soma.Grains.Embeddings.Onnx;
using Soma.Grains.Embeddings.OpenAi;

namespace Soma.Grains.Embeddings;

/// <summary>Which models a process embeds texts with, unless a namespace chooses.</summary>
public sealed record EmbeddingsOptions
{
    /// <summary><c>SOMA_EMBEDDINGS</c>.</summary>
    public EmbeddingsKind Kind { get; init; }

    /// <summary>The sentence model's folder; set with <see cref="EmbeddingsKind.Folder"/>.</summary>
    public string? Folder { get; init; }

    /// <summary>What goes before what the folder says.</summary>
    public SentenceModelOptions FolderModel { get; init; } = new();

    /// <summary>Set with <see cref="EmbeddingsKind.Endpoint"/>.</summary>
    public EndpointOptions? Endpoint { get; init; }

    /// <summary>Whether queries too are embedded by the sentence model (<c>SOMA_QUERY_EMBEDDING=accurate</c>), not by the table.</summary>
    public bool AccurateQueries { get; init; }
}
