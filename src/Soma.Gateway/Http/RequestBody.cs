using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Soma.Gateway.Http;

/// <summary>Reads a request's body into one array that the command may keep, never beyond the limit.</summary>
internal static class RequestBody
{
    private const string TooLarge = "Request entity too large";

    /// <summary>413 for a body that says itself that it is too large; nothing of it is read.</summary>
    public static Problem? CheckDeclared(HttpContext context, long? limit)
    {
        // The server's own limit answers without our problem body, and would cap a larger setting.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = null;
        }

        return context.Request.ContentLength > limit ? Refuse(context) : null;
    }

    /// <summary>Whether a body comes with the request at all.</summary>
    public static bool IsPresent(HttpContext context) =>
        context.Request.ContentLength is > 0 || (context.Request.ContentLength is null && context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true);

    public static async ValueTask<(byte[] Body, Problem? Problem)> ReadAsync(HttpContext context, long? limit)
    {
        if (!IsJson(context.Request))
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

    private static async ValueTask<ReadResult> ReadAsync(PipeReader reader, SequencePosition start, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The server reads the rest of each body. It logs an error with a stack trace where a failed read was left open.
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
        // What is left of the body would have to be read only to be thrown away.
        context.Response.Headers.Connection = "close";
        return new Problem(413, TooLarge);
    }

    private static bool IsJson(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.Count > 0 && request.Headers.ContentEncoding != "identity")
        {
            return false;
        }

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
