using System.Text.Json.Serialization;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Answers;

// A memory's type by the name that bodies and answers give it. No summary, because the document would repeat it at each use.
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

internal static class MemoryKinds
{
    public static MemoryKind ToKind(this MemoryType type) => type switch
    {
        MemoryType.Semantic => MemoryKind.Semantic,
        MemoryType.Belief => MemoryKind.Belief,
        _ => MemoryKind.Episodic,
    };
}
