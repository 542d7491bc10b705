namespace Soma.Gateway.Http;

/// <summary>The id under which a request can be found in the logs: the client's, if it is fit to be echoed, else a new one.</summary>
internal static class RequestIds
{
    public const string Header = "X-Request-ID";
    private const int MaxLength = 128;

    /// <summary>Takes or makes the id, and puts it on the answer.</summary>
    public static void Assign(HttpContext context)
    {
        var given = context.Request.Headers[Header];
        var id = given is [{ } text] && IsFit(text) ? text : Guid.NewGuid().ToString("N");
        context.TraceIdentifier = id;
        context.Response.Headers[Header] = id;
    }

    public static string Of(HttpContext context) => context.TraceIdentifier;

    private static bool IsFit(string id) =>
        id.Length is > 0 and <= MaxLength && !id.AsSpan().ContainsAnyExceptInRange('!', '~');
}
