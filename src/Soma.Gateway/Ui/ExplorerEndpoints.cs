using Microsoft.AspNetCore.StaticFiles;

namespace Soma.Gateway.Ui;

/// <summary>
/// Serves the explorer under <c>/ui</c>: the files that <c>scripts/ui.sh</c> built, which lie in this assembly. They hold no data, so nobody
/// needs a token for them; the page sends the user's key with its own requests.
/// </summary>
internal static class ExplorerEndpoints
{
    private const string Root = "ui/";
    private const string Page = Root + "index.html";
    private const string Assets = Root + "assets/";

    // Nothing of the page may come from, or be sent to, another origin, and no script or style may stand in the document, so that a
    // payload shown as markup by mistake could do nothing.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Missing =
        "This build of Soma has no explorer. Run scripts/ui.sh, which needs Node and npm, and build the gateway again; `make run` does both.\n";

    private static readonly Dictionary<string, byte[]> Files = ReadFiles();
    private static readonly FileExtensionContentTypeProvider Types = new();

    public static void MapExplorer(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/ui/{**path}", Serve).WithMetadata(Access.Open).ExcludeFromDescription();

    /// <summary>A path that is no file is a page of the explorer, which reads its address itself.</summary>
    private static IResult Serve(HttpContext context, string? path)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-cache";
        if (!Files.TryGetValue(Page, out var page))
        {
            return TypedResults.Text(Missing, "text/plain; charset=utf-8", statusCode: StatusCodes.Status404NotFound);
        }

        var name = Root + path;
        if (!name.StartsWith(Assets, StringComparison.Ordinal))
        {
            return TypedResults.Bytes(page, "text/html; charset=utf-8");
        }

        if (!Files.TryGetValue(name, out var asset))
        {
            return new Problem(404, "The explorer has no such file");
        }

        // The name holds a hash of the content, so another content has another name.
        headers.CacheControl = "public, max-age=31536000, immutable";
        return TypedResults.Bytes(asset, Types.TryGetContentType(name, out var type) ? type : "application/octet-stream");
    }

    private static Dictionary<string, byte[]> ReadFiles()
    {
        var assembly = typeof(ExplorerEndpoints).Assembly;
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Root, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            files.Add(name, content);
        }

        return files;
    }
}
