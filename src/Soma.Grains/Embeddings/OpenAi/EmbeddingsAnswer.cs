using System.Text.Json;
using System.Text.Json.Serialization;

namespace Soma.Grains.Embeddings.OpenAi;

/// <summary>The answer of the endpoint.</summary>
internal sealed record EmbeddingsAnswer
{
    [JsonPropertyName("data")]
    public IReadOnlyList<Item>? Data { get; init; }

    /// <summary>Returns the vectors in the order of the texts. The endpoint may list them in another order.</summary>
    /// <exception cref="JsonException">The answer does not hold exactly one vector for each text.</exception>
    public float[][] InOrder(int texts)
    {
        var vectors = new float[texts][];
        for (var i = 0; i < (Data?.Count ?? 0); i++)
        {
            var item = Data?[i];
            var index = item?.Index ?? i;
            if (index < 0 || index >= texts || vectors[index] is not null || item?.Embedding is null)
            {
                throw new JsonException($"a vector for text {index} of {texts} was not expected");
            }

            vectors[index] = item.Embedding;
        }

        return Array.TrueForAll(vectors, vector => vector is not null) ? vectors : throw new JsonException("a text has no vector");
    }

    internal sealed record Item
    {
        [JsonPropertyName("index")]
        public int? Index { get; init; }

        [JsonPropertyName("embedding")]
        [JsonConverter(typeof(VectorConverter))]
        public float[]? Embedding { get; init; }
    }
}
