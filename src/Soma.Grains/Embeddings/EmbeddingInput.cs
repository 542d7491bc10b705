using Microsoft.Extensions.AI;

namespace Soma.Grains.Embeddings;

/// <summary>
/// How a caller of an <see cref="IEmbeddingGenerator"/> says what its texts are: models may put other words before a question
/// than before what may answer it.
/// </summary>
public static class EmbeddingInput
{
    /// <summary>The key among <see cref="EmbeddingGenerationOptions.AdditionalProperties"/>.</summary>
    public const string Property = "input_type";

    public const string Query = "query";

    /// <summary>What texts are unless it is said.</summary>
    public const string Document = "document";

    public static bool IsQuery(EmbeddingGenerationOptions? options) =>
        options?.AdditionalProperties is { } properties && properties.TryGetValue(Property, out string? kind) && kind == Query;
}
