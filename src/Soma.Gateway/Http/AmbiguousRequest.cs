using Microsoft.AspNetCore.Http.Features;

namespace Soma.Gateway.Http;

/// <summary>Refuses a request that a proxy in front of this service might have read in another way than the server does.</summary>
internal static class AmbiguousRequest
{
    public static Problem? Check(HttpContext context)
    {
        // The server takes the chunks, and puts the length under this name. A proxy that took the length sees another end of the body.
        if (context.Request.Headers.TransferEncoding.Count > 0 && context.Request.Headers.ContainsKey("X-Content-Length"))
        {
            context.Response.Headers.Connection = "close";
            return new Problem(400, "Content-Length and Transfer-Encoding must not both be given");
        }

        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        return HasDotSegment(target) ? new Problem(400, "The path must not contain the segments . and .., encoded or not") : null;
    }

    /// <summary>
    /// Whether a segment of the path means "here" or "one up". The server resolves it, so <c>/memories/../keys</c> names the route
    /// <c>/keys</c>: a key of a memory that is put into a path unescaped would choose the route.
    /// </summary>
    private static bool HasDotSegment(ReadOnlySpan<char> target)
    {
        var path = target.IndexOf('?') is var query and >= 0 ? target[..query] : target;
        if (!path.Contains('.') && !path.Contains("%2e", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        foreach (var range in path.Split('/'))
        {
            if (path[range].ToString().Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..")
            {
                return true;
            }
        }

        return false;
    }
}
