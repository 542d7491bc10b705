using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace Soma.Gateway.Answers;

/// <summary>
/// JSON that an answer holds byte for byte, because it was validated when it was received. No bytes at all are written as
/// <c>{}</c>.
/// </summary>
[JsonConverter(typeof(RawJsonConverter))]
internal readonly record struct RawJson(ReadOnlyMemory<byte> Utf8);

/// <summary>The numbers of a coordinate. The canonical text <c>1.0,2.0</c> only needs brackets to be a JSON list.</summary>
[JsonConverter(typeof(NumberListConverter))]
internal readonly record struct NumberList(string CanonicalText)
{
    /// <summary>The list is empty for a key that is an id.</summary>
    public static NumberList Of(Coordinate key) => new(key.Id is null ? key.Text : "");
}

/// <summary>A brought vector, written as a list of numbers; null if the memory has none.</summary>
/// <param name="LittleEndian">The vector as it is stored: little-endian float32.</param>
[JsonConverter(typeof(VectorNumbersConverter))]
internal readonly record struct VectorNumbers(byte[]? LittleEndian);

/// <summary>A converter of values that stand in answers, which this process writes and never reads.</summary>
internal abstract class WriteOnlyConverter<T> : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();
}

internal sealed class RawJsonConverter : WriteOnlyConverter<RawJson>
{
    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Utf8.IsEmpty ? "{}"u8 : value.Utf8.Span, skipInputValidation: true);
}

internal sealed class NumberListConverter : WriteOnlyConverter<NumberList>
{
    public override void Write(Utf8JsonWriter writer, NumberList value, JsonSerializerOptions options)
    {
        Span<byte> list = stackalloc byte[Coordinate.MaxTextLength + 2];
        list[0] = (byte)'[';
        var length = Encoding.ASCII.GetBytes(value.CanonicalText, list[1..]);
        list[length + 1] = (byte)']';
        writer.WriteRawValue(list[..(length + 2)], skipInputValidation: true);
    }
}

internal sealed class VectorNumbersConverter : WriteOnlyConverter<VectorNumbers>
{
    public override void Write(Utf8JsonWriter writer, VectorNumbers value, JsonSerializerOptions options)
    {
        if (value.LittleEndian is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartArray();
        foreach (var number in MemoryMarshal.Cast<byte, float>(value.LittleEndian))
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }
}

/// <summary>Writes numbers as Python prints floats, so 3 is <c>3.0</c>. NaN and infinity are written as null.</summary>
internal sealed class FloatConverter : WriteOnlyConverter<double>
{
    private const double ExactWholes = 1e15;
    private const double LeastPlain = 1e-4;

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (!double.IsFinite(value))
        {
            writer.WriteNullValue();
        }
        else if (double.IsInteger(value) && Math.Abs(value) < ExactWholes)
        {
            Span<byte> text = stackalloc byte[24];
            Utf8Formatter.TryFormat((long)value, text, out var length);
            ".0"u8.CopyTo(text[length..]);
            writer.WriteRawValue(text[..(length + 2)], skipInputValidation: true);
        }
        else if (Math.Abs(value) is >= LeastPlain and < ExactWholes)
        {
            // Such numbers .NET writes as Python does.
            Span<byte> text = stackalloc byte[32];
            value.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
            writer.WriteRawValue(text[..length], skipInputValidation: true);
        }
        else
        {
            writer.WriteRawValue(PythonFloat.Format(value), skipInputValidation: true);
        }
    }
}

/// <summary>Writes the number of a setting as people write it: 30 instead of 30.0.</summary>
internal sealed class SettingNumberConverter : WriteOnlyConverter<double>
{
    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

/// <summary>ISO-8601 UTC with microseconds, e.g. <c>2026-01-02T03:04:05.678901+00:00</c>.</summary>
internal sealed class InstantConverter : WriteOnlyConverter<Instant>
{
    public override void Write(Utf8JsonWriter writer, Instant value, JsonSerializerOptions options)
    {
        // The round-trip format, which is written fastest, has a seventh digit and a Z where these have the offset.
        const int UpToMicroseconds = 26;
        Span<byte> text = stackalloc byte[40];
        value.ToDateTimeOffset().UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        "+00:00"u8.CopyTo(text[UpToMicroseconds..]);
        writer.WriteStringValue(text[..(UpToMicroseconds + "+00:00"u8.Length)]);
    }
}
