using System.Text.Encodings.Web;
using System.Text.Json.Serialization.Metadata;
using Soma.Gateway.LangGraph;

namespace Soma.Gateway.Answers;

/// <summary>Writes all answers, by code that is generated from the records that the OpenAPI document shows.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(OneMemory))]
[JsonSerializable(typeof(OneFlatMemory))]
[JsonSerializable(typeof(MemoryPage))]
[JsonSerializable(typeof(Hits))]
[JsonSerializable(typeof(FlatHits))]
[JsonSerializable(typeof(DeletedCount))]
[JsonSerializable(typeof(NeighborLinks))]
[JsonSerializable(typeof(FoundPath))]
[JsonSerializable(typeof(ChangePage))]
[JsonSerializable(typeof(Change))]
[JsonSerializable(typeof(LogPlace))]
[JsonSerializable(typeof(MemoryHistory))]
[JsonSerializable(typeof(RewoundNamespace))]
[JsonSerializable(typeof(StateDifferences))]
[JsonSerializable(typeof(NamespaceView))]
[JsonSerializable(typeof(NamespacePage))]
[JsonSerializable(typeof(NamespaceMap))]
[JsonSerializable(typeof(NamespaceDeleted))]
[JsonSerializable(typeof(NamespaceImported))]
[JsonSerializable(typeof(ReindexBegun))]
[JsonSerializable(typeof(ForkedNamespace))]
[JsonSerializable(typeof(KeyView))]
[JsonSerializable(typeof(KeyPage))]
[JsonSerializable(typeof(KeyRevoked))]
[JsonSerializable(typeof(CallerView))]
[JsonSerializable(typeof(Stats))]
[JsonSerializable(typeof(Flags))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(Cluster))]
[JsonSerializable(typeof(Alive))]
[JsonSerializable(typeof(FrontPage))]
[JsonSerializable(typeof(Pong))]
[JsonSerializable(typeof(StoreItem))]
[JsonSerializable(typeof(StoreItemPage))]
[JsonSerializable(typeof(StoreNamespacePage))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(string))]
internal sealed partial class AnswerJson : JsonSerializerContext
{
    /// <summary>Text has only the escapes that JSON needs. Payloads are copied as bytes: they were validated when they were received.</summary>
    private static readonly AnswerJson Written = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // A streamed answer is flushed to its client each time about this much is buffered.
        DefaultBufferSize = 64 * 1024,
        Converters = { new FloatConverter(), new InstantConverter(), new FlatConverter<Memory>(), new FlatConverter<Hit>() },
    });

    /// <summary>The generated code of one type. It is looked up once per type, because each lookup costs time.</summary>
    public static JsonTypeInfo<T> Of<T>() => Generated<T>.Info;

    private static class Generated<T>
    {
        public static readonly JsonTypeInfo<T> Info = (JsonTypeInfo<T>)Written.Options.GetTypeInfo(typeof(T));
    }
}
