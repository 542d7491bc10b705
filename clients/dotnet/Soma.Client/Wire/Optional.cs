using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Soma.Client;

/// <summary>A field for which null means something else than leaving it out. Assign a value or null; unassigned, the field is not sent.</summary>
public readonly record struct Optional<T>
{
    private Optional(T? value) => (Value, IsAssigned) = (value, true);

    /// <summary>Whether the field is sent.</summary>
    public bool IsAssigned { get; }

    /// <summary>What is sent; null also where nothing is.</summary>
    public T? Value { get; }

    /// <summary>A value is given by assigning it.</summary>
    public static implicit operator Optional<T>(T? value) => new(value);
}

internal sealed class OptionalConverter<T> : JsonConverter<Optional<T>>
{
    public override Optional<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));

    public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options)
    {
        if (value.Value is { } assigned)
        {
            JsonSerializer.Serialize(writer, assigned, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
