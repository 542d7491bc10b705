namespace Soma.Grains.Embeddings;

/// <summary>Which models make the vectors of texts.</summary>
public enum EmbeddingsKind
{
    /// <summary>
    /// The built-in pair: the table makes the first vector at once, the built-in sentence model replaces it a little
    /// later.
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
