using Microsoft.AspNetCore.Http.Features;

namespace Soma.Gateway.Http;

/// <summary>Reads one segment of the path as the client wrote it.</summary>
/// <remarks>
/// Kestrel decodes a path but leaves <c>%2F</c> as it is, so that a slash inside a segment does not become a separator. The route
/// value <c>a%2Fb</c> is then ambiguous: the client may have sent <c>a%2Fb</c> (meaning <c>a/b</c>) or <c>a%252Fb</c> (meaning
/// <c>a%2Fb</c>). Only the raw request target tells these apart.
/// </remarks>
internal static class RouteText
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The decoded segment that the route value <paramref name="name"/> was taken from; null where it cannot be decoded.</summary>
    public static string? Read(HttpContext context, string name)
    {
        var value = context.Request.RouteValues[name] as string ?? "";
        return value.Contains('%', StringComparison.Ordinal) ? ReadRaw(context, value) : value;
    }

    /// <summary>The segment is found by its value. If two segments have that value and mean different texts, which one is meant is not known.</summary>
    private static string? ReadRaw(HttpContext context, string value)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var segments = Array.FindAll(target.Split('?', 2)[0].Split('/'), segment => AsKestrelDecodes(segment) == value);
        return segments.Select(Decode).Distinct().ToArray() is [var only] ? only : null;
    }

    private static string AsKestrelDecodes(string segment) => Uri.UnescapeDataString(
        segment.Replace("%2F", "%252F", StringComparison.Ordinal).Replace("%2f", "%252f", StringComparison.Ordinal));

    private static string? Decode(string segment)
    {
        var bytes = new List<byte>(segment.Length);
        for (var i = 0; i < segment.Length; i++)
        {
            if (segment[i] != '%')
            {
                bytes.Add((byte)segment[i]);
                continue;
            }

            if (i + 2 >= segment.Length || !char.IsAsciiHexDigit(segment[i + 1]) || !char.IsAsciiHexDigit(segment[i + 2]))
            {
                return null;
            }

            bytes.Add(Convert.FromHexString(segment.AsSpan(i + 1, 2))[0]);
            i += 2;
        }

        try
        {
            return Strict.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
