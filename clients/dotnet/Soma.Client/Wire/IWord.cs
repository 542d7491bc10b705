using System.Text.Json;
using System.Text.Json.Serialization;

namespace Soma.Client;

/// <summary>One word of a set. A word that this version does not know is kept as it is, so that a newer service can be read.</summary>
internal interface IWord<T>
{
    string Value { get; }

    static abstract T Of(string value);
}

internal sealed class WordConverter<T> : JsonConverter<T> where T : struct, IWord<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => T.Of(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
