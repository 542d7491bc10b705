using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Soma.Gateway.Http;

/// <summary>Marks a route that reads its body as a stream, so that it may be longer than the limit of bodies that are held.</summary>
internal sealed class UnboundedBody
{
    public static UnboundedBody Instance { get; } = new();
}

/// <summary>Reads the body of a request into one array, which the command may keep, and stops at the size limit.</summary>
internal static class RequestBody
{
    private const string TooLarge = "Request entity too large";

    /// <summary>413 if <c>Content-Length</c> exceeds the limit. Nothing of the body is read.</summary>
    public static Problem? CheckDeclared(HttpContext context, long? limit)
    {
        // The server's own limit is turned off: it answers without a problem document, and would override a larger setting.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = null;
        }

        return context.Request.ContentLength > limit && context.GetEndpoint()?.Metadata.GetMetadata<UnboundedBody>() is null ? Refuse(context) : null;
    }

    /// <summary>Whether the request has a body.</summary>
    public static bool IsPresent(HttpContext context) =>
        context.Request.ContentLength is > 0 || (context.Request.ContentLength is null && context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true);

    /// <summary>Whether the body is compressed. No body is unpacked: a small one could become one that fills the memory.</summary>
    public static bool IsEncoded(HttpRequest request) =>
        request.Headers.ContentEncoding.Count > 0 && request.Headers.ContentEncoding != "identity";

    public static async ValueTask<(byte[] Body, Problem? Problem)> ReadAsync(HttpContext context, long? limit)
    {
        if (IsEncoded(context.Request) || !IsJson(context.Request))
        {
            return ([], new Problem(415, "The body must be application/json in UTF-8, without a content encoding"));
        }

        var reader = context.Request.BodyReader;
        var start = default(SequencePosition);
        while (true)
        {
            var read = await ReadAsync(reader, start, context.RequestAborted);
            if (read.Buffer.Length > limit)
            {
                reader.AdvanceTo(read.Buffer.End);
                return ([], Refuse(context));
            }

            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return (body, null);
            }

            start = read.Buffer.Start;
            reader.AdvanceTo(start, read.Buffer.End);
        }
    }

    /// <summary>Reads on; <paramref name="start"/> is where the bytes begin that were not taken yet.</summary>
    public static async ValueTask<ReadResult> ReadAsync(PipeReader reader, SequencePosition start, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is OverflowException)
        {
            // The server reports the size of a chunk that no number holds in this way, and its other malformed chunks by the exception below.
            End(reader, start);
            throw new BadHttpRequestException("Bad chunk size data", StatusCodes.Status400BadRequest, e);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The server later reads the rest of the body. If this failed read were left open, it would log an error with a stack trace.
            End(reader, start);
            throw;
        }
    }

    private static void End(PipeReader reader, SequencePosition start)
    {
        try
        {
            reader.AdvanceTo(start);
        }
        catch (InvalidOperationException)
        {
            // The read has ended by itself.
        }
    }

    private static Problem Refuse(HttpContext context)
    {
        // The connection is closed. Otherwise the server would have to read the rest of the body only to discard it.
        context.Response.Headers.Connection = "close";
        return new Problem(413, TooLarge);
    }

    private static bool IsJson(HttpRequest request)
    {
        if (string.IsNullOrEmpty(request.ContentType) || request.ContentType == JsonAnswer.ContentType)
        {
            return true;
        }

        return MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.Type.Equals("application", StringComparison.OrdinalIgnoreCase)
            && (type.SubType.Equals("json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));
    }
}
