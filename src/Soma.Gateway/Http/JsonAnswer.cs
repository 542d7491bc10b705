using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Soma.Gateway.Http;

/// <summary>Renders an answer into a buffer that its thread keeps, so that its length is known before the first byte goes out.</summary>
internal static class JsonAnswer
{
    public const string ContentType = "application/json";

    // A thread keeps a buffer for usual answers; one that a rare large answer has blown up is let go.
    private const int LargestKept = 256 * 1024;

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        // Payloads are carried on as raw bytes, checked when they came in; text is not escaped beyond what JSON asks for.
        SkipValidation = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    public static Task WriteAsync<TState>(
        HttpContext context, int status, string contentType, TState state, Action<Utf8JsonWriter, TState> render)
    {
        var buffer = _buffer ?? new ArrayBufferWriter<byte>(4096);
        var writer = _writer ?? new Utf8JsonWriter(Stream.Null, WriterOptions);
        // Taken while in use: rendering that throws must not leave a half-filled buffer to the next answer.
        _buffer = null;
        _writer = null;
        writer.Reset(buffer);
        render(writer, state);
        writer.Flush();
        var write = WriteAsync(context, status, contentType, buffer.WrittenSpan);
        if (buffer.Capacity <= LargestKept)
        {
            buffer.ResetWrittenCount();
            _buffer = buffer;
        }

        _writer = writer;
        return write;
    }

    /// <summary>Sends JSON that is ready. The bytes are copied before this returns.</summary>
    public static Task WriteAsync(HttpContext context, int status, string contentType, ReadOnlySpan<byte> json)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = json.Length;
        response.BodyWriter.Write(json);
        var flush = response.BodyWriter.FlushAsync(context.RequestAborted);
        return flush.IsCompletedSuccessfully ? Task.CompletedTask : flush.AsTask();
    }
}
