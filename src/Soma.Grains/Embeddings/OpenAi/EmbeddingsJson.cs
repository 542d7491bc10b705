using System.Text.Json.Serialization;

namespace Soma.Grains.Embeddings.OpenAi;

[JsonSerializable(typeof(EmbeddingsRequest))]
[JsonSerializable(typeof(EmbeddingsAnswer))]
internal sealed partial class EmbeddingsJson : JsonSerializerContext;
