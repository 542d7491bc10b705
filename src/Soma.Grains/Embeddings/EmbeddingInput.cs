using Microsoft.Extensions.AI;

namespace Soma.Grains.Embeddings;

/// <summary>
/// Tells an <see cref="IEmbeddingGenerator"/> whether its texts are queries or documents. Some models expect a
/// different prefix for each.
/// </summary>
public static class EmbeddingInput
{
    /// <summary>The key among <see cref="EmbeddingGenerationOptions.AdditionalProperties"/>.</summary>
    public const string Property = "input_type";

    public const string Query = "query";

    /// <summary>The default: the texts are documents.</summary>
    public const string Document = "document";

    public static bool IsQuery(EmbeddingGenerationOptions? options) =>
        options?.AdditionalProperties is { } properties && properties.TryGetValue(Property, out string? kind) && kind == Query;
}
