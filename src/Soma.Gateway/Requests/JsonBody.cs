using System.Buffers.Text;
using System.Text.Unicode;

namespace Soma.Gateway.Requests;

/// <summary>Reads the JSON of a body in one pass.</summary>
internal static class JsonBody
{
    /// <summary>How deep the objects and arrays of payload, filters and metadata may nest.</summary>
    public const int MaxDepth = 64;

    // The levels around such an object do not count: the body's object, the list `items` of a batch, and the item.
    private const int EnvelopeDepth = 3;

    /// <returns>What is wrong with the body; null if <paramref name="form"/> was filled without an error.</returns>
    public static Problem? Read<TForm>(byte[] body, RequestShape<TForm> shape, FieldErrors errors, out TForm? form)
        where TForm : class
    {
        form = null;
        var json = WithoutByteOrderMark(body);
        if (!JsonText.IsDecodable(json))
        {
            return new Problem(400, "Malformed JSON: not UTF-8, or half of a surrogate pair");
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth + EnvelopeDepth });
        try
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                form = shape.Read(ref reader, json, errors, FieldScope.Body);
            }
            else
            {
                reader.Skip();
                errors.Add(FieldScope.Body.PathTo(null), "Input should be an object", "object_type");
            }

            // If anything follows the value, the reader throws here.
            reader.Read();
        }
        catch (JsonException e)
        {
            return Malformed(e, reader.CurrentDepth);
        }

        return errors.ToProblem();
    }

    private static Problem Malformed(JsonException e, int depth) => depth >= MaxDepth + EnvelopeDepth
        ? new Problem(400, $"Malformed JSON: nested deeper than {MaxDepth} levels")
        : new Problem(400, $"Malformed JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");

    private static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> body) =>
        body.StartsWith("\uFEFF"u8) ? body[3..] : body;
}

/// <summary>Checks that <see cref="System.Text.Json.Utf8JsonReader"/> does not make, for bytes that are stored as they were sent.</summary>
internal static class JsonText
{
    /// <summary>
    /// Whether the bytes are UTF-8 and each escaped surrogate is one of a pair, such as <c>\uD83D\uDE00</c>. Other payloads could be
    /// stored, but no client could decode the string again.
    /// </summary>
    public static bool IsDecodable(ReadOnlySpan<byte> json) => Utf8.IsValid(json) && HasPairedSurrogates(json);

    private static bool HasPairedSurrogates(ReadOnlySpan<byte> json)
    {
        while (json.IndexOf((byte)'\\') is var slash and >= 0)
        {
            json = json[slash..];
            var unit = EscapedUnit(json);
            if (unit is < 0xD800 or > 0xDFFF)
            {
                json = json[Math.Min(2, json.Length)..];
                continue;
            }

            if (unit > 0xDBFF || EscapedUnit(json[6..]) is < 0xDC00 or > 0xDFFF)
            {
                return false;
            }

            json = json[12..];
        }

        return true;
    }

    /// <summary>The UTF-16 unit that an escape at the start of <paramref name="json"/> stands for; −1 if there is no such escape.</summary>
    private static int EscapedUnit(ReadOnlySpan<byte> json) =>
        json.Length >= 6 && json[0] == '\\' && json[1] == 'u'
        && Utf8Parser.TryParse(json.Slice(2, 4), out int unit, out var consumed, 'x') && consumed == 4
            ? unit
            : -1;
}
