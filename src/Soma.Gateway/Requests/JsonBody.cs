using System.Buffers.Text;
using System.Text.Unicode;

namespace Soma.Gateway.Requests;

/// <summary>Walks a body once, from its first byte to its last.</summary>
internal static class JsonBody
{
    /// <summary>How deep objects and arrays of a client's own (payload, filters, metadata) may nest.</summary>
    public const int MaxDepth = 64;

    // The body's object, a batch's `items` and the item around a client's own object do not count against its depth.
    private const int EnvelopeDepth = 3;

    /// <returns>What is wrong with the body; null where all is well and <paramref name="form"/> is filled.</returns>
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

            // Whatever follows the value makes the reader throw here.
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

/// <summary>What <see cref="System.Text.Json.Utf8JsonReader"/> leaves unchecked in bytes that are carried on as they are.</summary>
internal static class JsonText
{
    /// <summary>
    /// Whether the bytes are UTF-8 and every escaped surrogate (<c>\uD83D\uDE00</c>) has its other half. A payload that
    /// fails this could be stored, but no reader in any language could decode the string again.
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

    /// <summary>The UTF-16 unit that an escape at the start of <paramref name="json"/> stands for; −1 for anything else.</summary>
    private static int EscapedUnit(ReadOnlySpan<byte> json) =>
        json.Length >= 6 && json[0] == '\\' && json[1] == 'u'
        && Utf8Parser.TryParse(json.Slice(2, 4), out int unit, out var consumed, 'x') && consumed == 4
            ? unit
            : -1;
}
