using System.Text;
using System.Text.Json;

namespace Soma.Gateway.Tests.Fuzz;

/// <summary>Ways to spoil a body: in its bytes, in its JSON, in its values.</summary>
internal static class Mutations
{
    /// <summary>JSON tokens, or what looks like them, that readers and stores have stumbled over.</summary>
    private static readonly string[] OddTokens =
    [
        "null", "true", "false", "{}", "[]", "\"\"", "0", "-0", "-0.0", "-1", "1e400", "-1e400", "1e-400", "1e308", "5e-324", "0.1e", "01", "+1", ".5", "1.",
        "123456789012345678901234567890", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "2147483648", "4294967296", "1001", "1000",
        "NaN", "Infinity", "nan", "\"NaN\"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud83d\"", "\"\\uFFFF\\uFFFE\"", "\"\\\"", "'single'",
        "\"1,2\"", "\"nan,inf\"", "\"1e400,1\"", "\"1e308,-1e308\"", "\"٣,٤\"", "\",\"", "\"1;2\"", "\"0x10,1\"", "\"5\"", "\"5.0\"", "5.5", "\"true\"",
        "{\"$gt\":1}", "{\"$regex\":\".*\"}", "{\"$where\":\"1\"}", "{\"$and\":{}}", "{\"$or\":[]}", "{\"$not\":[]}", "{\"$in\":5}", "{\"$exists\":\"x\"}", "{\"a.b..c\":1}", "{\"\":1}",
        "{\"_keywords\":5}", "{\"_keywords\":[null,{}]}", "[null]", "[[[]]]", "[1,\"2\",{}]", "[1e400]", "[\"AAAA\"]", "\"AAAA\"", "\"AACAfwAAwH8=\"", "\"!!!!\"", "\"2026-01-01T00:00:00Z\"",
        "\"9999-12-31T23:59:59.999999+23:59\"", "\"0001-01-01\"", "1e18", "\"'; DROP TABLE memories; --\"", "\"../../etc/passwd\"", "\"%s%n\"", "\"\\u202e\\u0007\"", "undefined", "/*c*/1",
    ];

    private static readonly byte[][] OddBytes = [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x00], [0xEF, 0xBB, 0xBF], [0xE2, 0x80], "\r\n"u8.ToArray()];

    public static byte[] Spoil(Random random, byte[] body) => random.Next(10) switch
    {
        0 => FlipBits(random, body),
        1 => body[..random.Next(body.Length + 1)],
        2 => Insert(random, body, OddBytes[random.Next(OddBytes.Length)]),
        3 => Nest(random, body),
        4 => Duplicate(random, body),
        5 => Grow(random, body),
        _ => ReplaceValue(random, body),
    };

    /// <summary>Puts an odd token in the place of one or two of the body's values.</summary>
    public static byte[] ReplaceValue(Random random, byte[] body)
    {
        var spans = ValueSpans(body);
        if (spans.Count == 0)
        {
            return body;
        }

        var (start, end) = spans[random.Next(spans.Count)];
        return [.. body.AsSpan(0, start), .. Encoding.UTF8.GetBytes(OddTokens[random.Next(OddTokens.Length)]), .. body.AsSpan(end)];
    }

    private static byte[] FlipBits(Random random, byte[] body)
    {
        var spoiled = body.ToArray();
        for (var flips = random.Next(1, 4); flips > 0 && spoiled.Length > 0; flips--)
        {
            spoiled[random.Next(spoiled.Length)] ^= (byte)(1 << random.Next(8));
        }

        return spoiled;
    }

    private static byte[] Insert(Random random, byte[] body, byte[] bytes)
    {
        var at = random.Next(body.Length + 1);
        return [.. body.AsSpan(0, at), .. bytes, .. body.AsSpan(at)];
    }

    private static byte[] Nest(Random random, byte[] body)
    {
        var depth = random.Next(5) == 0 ? 20_000 : random.Next(55, 75);
        var (open, close) = random.Next(2) == 0 ? ("[", "]") : ("{\"a\":", "}");
        var nested = new StringBuilder().Insert(0, open, depth).Append('1').Insert(open.Length * depth + 1, close, depth).ToString();
        var spans = ValueSpans(body);
        if (spans.Count == 0 || random.Next(4) == 0)
        {
            return Encoding.UTF8.GetBytes(nested);
        }

        var (start, end) = spans[random.Next(spans.Count)];
        return [.. body.AsSpan(0, start), .. Encoding.UTF8.GetBytes(nested), .. body.AsSpan(end)];
    }

    private static byte[] Duplicate(Random random, byte[] body)
    {
        var open = Array.IndexOf(body, (byte)'{');
        if (open < 0)
        {
            return body;
        }

        var name = new[] { "coord", "payload", "query", "filters", "top_k", "embedding", "vector", "items", "strength", "importance", "memory_type", "ttl_seconds", "expires_at", "as_of", "weights", "max_tokens", "cursor" }[random.Next(17)];
        var member = $"\"{name}\":{OddTokens[random.Next(OddTokens.Length)]},";
        return [.. body.AsSpan(0, open + 1), .. Encoding.UTF8.GetBytes(member), .. body.AsSpan(open + 1)];
    }

    private static byte[] Grow(Random random, byte[] body)
    {
        var size = random.Next(4) == 0 ? 400_000 : random.Next(1, 20_000);
        var filler = random.Next(3) switch
        {
            0 => $"\"{new string('x', size)}\"",
            1 => "[" + string.Join(',', Enumerable.Repeat("0.5", size / 4)) + "]",
            _ => "{" + string.Join(',', Enumerable.Range(0, size / 12).Select(index => $"\"k{index}\":1")) + "}",
        };
        var spans = ValueSpans(body);
        if (spans.Count == 0)
        {
            return Encoding.UTF8.GetBytes(filler);
        }

        var (start, end) = spans[random.Next(spans.Count)];
        return [.. body.AsSpan(0, start), .. Encoding.UTF8.GetBytes(filler), .. body.AsSpan(end)];
    }

    private static List<(int Start, int End)> ValueSpans(byte[] body)
    {
        var spans = new List<(int, int)>();
        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    var inner = reader;
                    inner.Skip();
                    spans.Add(((int)reader.TokenStartIndex, (int)inner.BytesConsumed));
                }
                else if (reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.EndObject or JsonTokenType.EndArray))
                {
                    spans.Add(((int)reader.TokenStartIndex, (int)reader.BytesConsumed));
                }
            }
        }
        catch (JsonException)
        {
            // A body that an earlier mutation broke: what was found before the break is enough.
        }

        return spans;
    }
}
