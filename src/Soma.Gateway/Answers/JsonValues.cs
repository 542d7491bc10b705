using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Answers;

/// <summary>Values in the forms that clients of the contract compare and parse.</summary>
internal static class JsonValues
{
    private const double ExactWholes = 1e15;

    /// <summary>As Python prints a float: whole numbers keep their <c>.0</c>.</summary>
    public static void WriteFloat(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, double value)
    {
        writer.WritePropertyName(name);
        if (!double.IsFinite(value))
        {
            writer.WriteNullValue();
            return;
        }

        if (double.IsInteger(value) && Math.Abs(value) < ExactWholes)
        {
            Span<byte> text = stackalloc byte[24];
            Utf8Formatter.TryFormat((long)value, text, out var length);
            ".0"u8.CopyTo(text[length..]);
            writer.WriteRawValue(text[..(length + 2)], skipInputValidation: true);
            return;
        }

        writer.WriteRawValue(PythonFloat.Format(value), skipInputValidation: true);
    }

    public static void WriteOptionalFloat(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, double? value) =>
        writer.WriteFloat(name, value ?? double.NaN);

    /// <summary>
    /// <c>coord</c>, the key; <c>coordinate</c>, its numbers (the canonical text is the list's inside already); and <c>id</c>, where
    /// the key is one.
    /// </summary>
    public static void WriteCoordinate(this Utf8JsonWriter writer, Coordinate coordinate)
    {
        writer.WriteString("coord"u8, coordinate.Text);
        writer.WritePropertyName("coordinate"u8);
        if (coordinate.Id is { } id)
        {
            writer.WriteRawValue("[]"u8, skipInputValidation: true);
            writer.WriteString("id"u8, id);
            return;
        }

        Span<byte> list = stackalloc byte[Coordinate.MaxTextLength + 2];
        list[0] = (byte)'[';
        var length = Encoding.ASCII.GetBytes(coordinate.Text, list[1..]);
        list[length + 1] = (byte)']';
        writer.WriteRawValue(list[..(length + 2)], skipInputValidation: true);
    }

    /// <summary>ISO-8601 UTC with microseconds, e.g. <c>2026-01-02T03:04:05.678901+00:00</c>.</summary>
    public static void WriteTime(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, Instant? time)
    {
        if (time is not { } at)
        {
            writer.WriteNull(name);
            return;
        }

        Span<byte> text = stackalloc byte[40];
        at.ToDateTimeOffset().UtcDateTime.TryFormat(text, out var length, "yyyy-MM-ddTHH:mm:ss.ffffff+00:00", CultureInfo.InvariantCulture);
        writer.WriteString(name, text[..length]);
    }

    /// <summary>JSON that was checked when it came in, byte for byte; an empty object where there is none.</summary>
    public static void WriteRaw(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> json)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(json.IsEmpty ? "{}"u8 : json, skipInputValidation: true);
    }

    public static string NameOf(MemoryType type) => type switch
    {
        MemoryType.Semantic => "semantic",
        MemoryType.Belief => "belief",
        _ => "episodic",
    };
}
