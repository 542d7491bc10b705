using System.Text.Json.Serialization;

namespace Soma.Gateway.OpenApi.Schemas;

[JsonConverter(typeof(JsonStringEnumConverter<MemoryKind>))]
internal enum MemoryKind
{
    [JsonStringEnumMemberName("episodic")]
    Episodic,

    [JsonStringEnumMemberName("semantic")]
    Semantic,

    [JsonStringEnumMemberName("belief")]
    Belief,
}
