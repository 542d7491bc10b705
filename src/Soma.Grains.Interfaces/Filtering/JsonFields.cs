using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Soma.Grains.Interfaces.Filtering;

/// <summary>Reads JSON values in the form in which filters compare them. Broken surrogate pairs are kept, because they are valid JSON.</summary>
public static class JsonFields
{
    /// <summary>The deepest JSON that is read. The gateway refuses anything deeper.</summary>
    public const int MaxDepth = 128;

    public static JsonReaderOptions Options { get; } = new() { MaxDepth = MaxDepth };

    /// <summary>The hash of an empty array. The hash of each element is combined into it.</summary>
    public static long EmptyArrayHash { get; } = FieldHash.Combine(4, 0);

    /// <summary>The value at the reader, which then stands at its last token. Arrays and objects become hashes.</summary>
    public static FieldValue Read(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => FieldValue.Of(ReadText(ref reader)),
        JsonTokenType.Number => ReadNumber(ref reader),
        JsonTokenType.True => FieldValue.Of(true),
        JsonTokenType.False => FieldValue.Of(false),
        JsonTokenType.StartArray => ReadArray(ref reader),
        JsonTokenType.StartObject => ReadObject(ref reader),
        _ => FieldValue.Null,
    };

    /// <summary>The text of a string or property name. The reader's own method throws on a lone surrogate, which is valid JSON.</summary>
    public static string ReadText(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return Unescape(Encoding.UTF8.GetString(reader.ValueSpan));
        }
    }

    public static FieldValue ReadNumber(ref Utf8JsonReader reader)
    {
        var written = reader.ValueSpan;
        Span<char> text = written.Length <= 256 ? stackalloc char[written.Length] : new char[written.Length];
        Encoding.ASCII.GetChars(written, text);
        return FieldValue.OfNumber(text);
    }

    /// <summary>The hash of one value. Values that a filter considers equal have the same hash.</summary>
    public static long Hash(in FieldValue value) => value.Kind switch
    {
        FieldKind.Number => FieldHash.Combine(1, HashNumber(value)),
        FieldKind.Text => FieldHash.Combine(2, value.Text is null ? value.Bits : FieldHash.Of(value.Text)),
        FieldKind.Array or FieldKind.Object => value.Bits,
        var scalar => FieldHash.Combine(3, (long)scalar),
    };

    // Whole numbers beyond 2^53 are hashed by their value and not by their text, because the vector tier has stored such hashes
    // since its first version. Adding 0.0 turns -0.0 into 0.0, which has another bit pattern.
    private static long HashNumber(in FieldValue value)
    {
        const double LargestExact = 1L << 53;
        var written = value.Digits ?? (Math.Abs(value.Number) > LargestExact ? value.Number.ToString("R", CultureInfo.InvariantCulture) : null);
        return written is not null && long.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out var whole) ? whole
            : value.Digits is { } digits ? FieldHash.Of(digits)
            : BitConverter.DoubleToInt64Bits(value.Number + 0.0);
    }

    private static FieldValue ReadArray(ref Utf8JsonReader reader)
    {
        var hash = EmptyArrayHash;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            hash = FieldHash.Combine(hash, Hash(Read(ref reader)));
        }

        return FieldValue.Of(FieldKind.Array, hash);
    }

    private static FieldValue ReadObject(ref Utf8JsonReader reader)
    {
        var members = new Dictionary<string, long>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = ReadText(ref reader);
            reader.Read();
            members[name] = Hash(Read(ref reader));
        }

        return FieldValue.Of(FieldKind.Object, HashMembers(members));
    }

    /// <summary>The hash of an object, made of the hashes of its members. Their order does not count. Of members with equal names the last one counts.</summary>
    public static long HashMembers(IReadOnlyDictionary<string, long> members)
    {
        var sum = 0L;
        foreach (var (name, hash) in members)
        {
            sum = unchecked(sum + FieldHash.Combine(FieldHash.Of(name), hash));
        }

        return FieldHash.Combine(5 + members.Count, sum);
    }

    private static string Unescape(string raw)
    {
        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\' || i + 1 == raw.Length)
            {
                text.Append(raw[i]);
                continue;
            }

            var escape = raw[++i];
            if (escape == 'u' && i + 4 < raw.Length)
            {
                text.Append((char)Convert.ToUInt16(raw.Substring(i + 1, 4), 16));
                i += 4;
            }
            else
            {
                text.Append(escape switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', _ => escape });
            }
        }

        return text.ToString();
    }
}
