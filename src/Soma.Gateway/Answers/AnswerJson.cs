using System.Text.Encodings.Web;
using System.Text.Json.Serialization.Metadata;

namespace Soma.Gateway.Answers;

/// <summary>How each answer is written: code generated from the same records that the OpenAPI document shows.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(OneMemory))]
[JsonSerializable(typeof(OneFlatMemory))]
[JsonSerializable(typeof(MemoryPage))]
[JsonSerializable(typeof(Hits))]
[JsonSerializable(typeof(FlatHits))]
[JsonSerializable(typeof(DeletedCount))]
[JsonSerializable(typeof(NeighborLinks))]
[JsonSerializable(typeof(FoundPath))]
[JsonSerializable(typeof(NamespaceView))]
[JsonSerializable(typeof(ReindexBegun))]
[JsonSerializable(typeof(Stats))]
[JsonSerializable(typeof(Flags))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(Alive))]
[JsonSerializable(typeof(FrontPage))]
[JsonSerializable(typeof(Pong))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(string))]
internal sealed partial class AnswerJson : JsonSerializerContext
{
    /// <summary>Text is not escaped beyond what JSON asks for. Payloads are copied as bytes: they were checked when they came in.</summary>
    private static readonly AnswerJson Written = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // A streamed answer is flushed to its client whenever about this much has gathered.
        DefaultBufferSize = 64 * 1024,
        Converters = { new FloatConverter(), new InstantConverter(), new FlatConverter<Memory>(), new FlatConverter<Hit>() },
    });

    /// <summary>The generated code for one type, looked up once.</summary>
    public static JsonTypeInfo<T> Of<T>() => Generated<T>.Info;

    private static class Generated<T>
    {
        public static readonly JsonTypeInfo<T> Info = (JsonTypeInfo<T>)Written.Options.GetTypeInfo(typeof(T));
    }
}
