using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Soma.Client;

/// <summary>A moment of a namespace's past: a seq, or a time. A seq and a <see cref="DateTimeOffset"/> become one by themselves.</summary>
[JsonConverter(typeof(MomentConverter))]
public readonly record struct Moment
{
    private readonly long _seq;
    private readonly DateTimeOffset? _time;

    private Moment(long seq, DateTimeOffset? time) => (_seq, _time) = (seq, time);

    /// <summary>The state after the write with this seq.</summary>
    public static Moment FromInt64(long seq) => new(seq, null);

    /// <summary>The state at this time.</summary>
    public static Moment FromDateTimeOffset(DateTimeOffset time) => new(0, time);

    /// <summary>The state after the write with this seq.</summary>
    public static implicit operator Moment(long seq) => FromInt64(seq);

    /// <summary>The state at this time.</summary>
    public static implicit operator Moment(DateTimeOffset time) => FromDateTimeOffset(time);

    /// <summary>As it is written in a query.</summary>
    public override string ToString() => _time?.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture) ?? _seq.ToString(CultureInfo.InvariantCulture);

    internal void Write(Utf8JsonWriter writer)
    {
        if (_time is null)
        {
            writer.WriteNumberValue(_seq);
        }
        else
        {
            writer.WriteStringValue(ToString());
        }
    }
}

internal sealed class MomentConverter : JsonConverter<Moment>
{
    public override Moment Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? reader.GetInt64() : reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, Moment value, JsonSerializerOptions options) => value.Write(writer);
}
