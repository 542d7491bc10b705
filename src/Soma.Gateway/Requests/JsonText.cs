using System.Buffers.Text;
using System.Text.Unicode;

namespace Soma.Gateway.Requests;

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
