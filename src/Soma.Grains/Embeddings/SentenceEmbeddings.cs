using Microsoft.Extensions.AI;
using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Embeddings;

/// <summary>Implements <see cref="IEmbeddingGenerator"/> on top of a sentence model.</summary>
internal static class SentenceEmbeddings
{
    /// <summary>
    /// If the model refuses a text, its embedding is all zeros, which means that the text has no vector.
    /// </summary>
    public static async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        ISentenceModel model, IEnumerable<string> values, EmbeddingGenerationOptions? options, CancellationToken cancellationToken)
    {
        var texts = values as IReadOnlyList<string> ?? [.. values];
        var vectors = EmbeddingInput.IsQuery(options)
            ? await EmbedQueriesAsync(model, texts, cancellationToken)
            : await model.EmbedMemoriesAsync(texts, cancellationToken);
        return [.. vectors.Select(vector => new Embedding<float>(vector ?? new float[model.Space.Dimension]) { ModelId = model.ModelName })];
    }

    public static object? GetService(object model, EmbeddingGeneratorMetadata metadata, Type serviceType, object? serviceKey) =>
        serviceKey is null && serviceType?.IsInstanceOfType(model) == true ? model
        : serviceType == typeof(EmbeddingGeneratorMetadata) ? metadata
        : null;

    private static async Task<IReadOnlyList<float[]?>> EmbedQueriesAsync(
        ISentenceModel model, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var vectors = new float[]?[texts.Count];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = await model.EmbedQueryAsync(texts[i], cancellationToken);
        }

        return vectors;
    }
}

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
