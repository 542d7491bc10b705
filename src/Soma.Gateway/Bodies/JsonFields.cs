using System.Globalization;
using System.Text.Json;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Bodies;

/// <summary>
/// Reads one value each from a body. The reader stands on the value's first token and is left on its last. <c>null</c> is
/// the same as absent; a value of the wrong type is named in the errors and read as absent.
/// </summary>
internal static class JsonFields
{
    public static string? ReadString(ref Utf8JsonReader reader, Field field)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.Null:
                return null;
            default:
                reader.Skip();
                field.IsWrong("Input should be a string", "string_type");
                return null;
        }
    }

    /// <summary>A string that the store keeps as text, which cannot hold U+0000.</summary>
    public static string? ReadStorableString(ref Utf8JsonReader reader, Field field) =>
        QueryFields.Storable(ReadString(ref reader, field), field);

    public static double? ReadNumber(ref Utf8JsonReader reader, Field field)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number when reader.TryGetDouble(out var number) && double.IsFinite(number):
                return number;
            case JsonTokenType.Number:
                field.IsWrong("Input should be a finite number", "finite_number");
                return null;
            case JsonTokenType.Null:
                return null;
            default:
                reader.Skip();
                field.IsWrong("Input should be a number", "float_type");
                return null;
        }
    }

    /// <summary>A whole number; <c>5.0</c> and <c>"5"</c> are 5, as clients of the reference send them.</summary>
    public static int? ReadInteger(ref Utf8JsonReader reader, Field field, int least, int most)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number when reader.TryGetDouble(out var number):
                return QueryFields.WholeNumber(number, field, least, most);
            case JsonTokenType.String:
                return QueryFields.ParseInteger(reader.GetString(), field, least, most);
            case JsonTokenType.Null:
                return null;
            default:
                reader.Skip();
                field.IsWrong("Input should be a whole number", "int_type");
                return null;
        }
    }

    public static bool? ReadBoolean(ref Utf8JsonReader reader, Field field)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            case JsonTokenType.Null:
                return null;
            default:
                reader.Skip();
                field.IsWrong("Input should be true or false", "bool_type");
                return null;
        }
    }

    public static MemoryType? ReadMemoryType(ref Utf8JsonReader reader, Field field) =>
        QueryFields.ParseMemoryType(ReadString(ref reader, field), field);

    /// <summary>ISO-8601, or seconds since 1970.</summary>
    public static Instant? ReadTime(ref Utf8JsonReader reader, Field field) => reader.TokenType switch
    {
        JsonTokenType.Number => TimeText.FromEpochSeconds(ReadNumber(ref reader, field), field),
        JsonTokenType.String => TimeText.Parse(reader.GetString(), field),
        _ => WrongTime(ref reader, field),
    };

    /// <summary>The exact bytes of an object, in an array of its own.</summary>
    public static byte[]? ReadObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, Field field)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            if (reader.TokenType != JsonTokenType.Null)
            {
                field.IsWrong("Input should be an object", "object_type");
            }

            reader.Skip();
            return null;
        }

        var start = (int)reader.TokenStartIndex;
        var depth = reader.CurrentDepth;
        var deepest = 0;
        do
        {
            deepest = Math.Max(deepest, LevelOf(ref reader));
        }
        while (reader.Read() && (reader.TokenType != JsonTokenType.EndObject || reader.CurrentDepth > depth));

        return CheckDepth(deepest - depth, field) ? body[start..(int)reader.BytesConsumed].ToArray() : null;
    }

    /// <summary>The level of the object or array that starts here, the outermost being 1; 0 for any other token.</summary>
    public static int LevelOf(ref Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? reader.CurrentDepth + 1 : 0;

    public static bool CheckDepth(int levels, Field field)
    {
        if (levels <= JsonBody.MaxDepth)
        {
            return true;
        }

        field.IsWrong(string.Create(CultureInfo.InvariantCulture, $"Nested deeper than {JsonBody.MaxDepth} levels"), "too_deep");
        return false;
    }

    private static Instant? WrongTime(ref Utf8JsonReader reader, Field field)
    {
        if (reader.TokenType != JsonTokenType.Null)
        {
            reader.Skip();
            field.IsWrong("Input should be an ISO-8601 time or seconds since 1970", "datetime_type");
        }

        return null;
    }
}
