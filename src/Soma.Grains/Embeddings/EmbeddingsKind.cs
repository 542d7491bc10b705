namespace Soma.Grains.Embeddings;

/// <summary>Where the vectors of texts come from.</summary>
public enum EmbeddingsKind
{
    /// <summary>The built-in pair: the table at once, the built-in sentence model a little later.</summary>
    Builtin,

    /// <summary>The built-in table alone.</summary>
    Fast,

    /// <summary>Nowhere: searches go by words, and by vectors that callers bring.</summary>
    None,

    /// <summary>The table at once, a sentence model from a folder later.</summary>
    Folder,

    /// <summary>The table at once, a sentence model behind an OpenAI-compatible endpoint later.</summary>
    Endpoint,
}
