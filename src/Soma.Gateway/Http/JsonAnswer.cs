using System.Buffers;
using System.Text.Encodings.Web;

namespace Soma.Gateway.Http;

/// <summary>Sends JSON. A small answer is rendered into a buffer of its thread; a large one is sent in pieces as its client reads it.</summary>
internal static class JsonAnswer
{
    public const string ContentType = "application/json";

    /// <summary>An answer of up to about this size is rendered completely before it is sent, so that <c>Content-Length</c> is known.</summary>
    public const int LargestBuffered = 64 * 1024;

    // Each thread keeps its buffer. A buffer that a rare large answer has made larger than this is dropped.
    private const int LargestKept = 256 * 1024;

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        // Payloads are copied as raw bytes: they were validated when they were received. Text has only the escapes that JSON needs.
        SkipValidation = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    public static Task WriteAsync<T>(HttpContext context, int status, string contentType, T body)
    {
        var buffer = _buffer ?? new ArrayBufferWriter<byte>(4096);
        var writer = _writer ?? new Utf8JsonWriter(Stream.Null, WriterOptions);
        // The fields are cleared meanwhile: if rendering throws, the next answer must not find a half-filled buffer.
        _buffer = null;
        _writer = null;
        writer.Reset(buffer);
        JsonSerializer.Serialize(writer, body, AnswerJson.Of<T>());
        writer.Flush();
        var write = SendAsync(context, status, contentType, buffer.WrittenSpan);
        if (buffer.Capacity <= LargestKept)
        {
            buffer.ResetWrittenCount();
            _buffer = buffer;
        }

        _writer = writer;
        return write;
    }

    /// <summary>Sends finished JSON. The bytes are copied before the method returns.</summary>
    public static Task SendAsync(HttpContext context, int status, string contentType, ReadOnlySpan<byte> json)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = json.Length;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return Task.CompletedTask;
        }

        response.BodyWriter.Write(json);
        var flush = response.BodyWriter.FlushAsync(context.RequestAborted);
        return flush.IsCompletedSuccessfully ? Task.CompletedTask : flush.AsTask();
    }

    /// <summary>
    /// Sends a large answer in pieces of about 64 KB, or of one memory if that is larger. Each piece is made when the client has
    /// taken the piece before, so a slow client costs one piece, besides the memories that its answer holds. The memories count
    /// against the budget until the last byte was sent.
    /// </summary>
    public static async Task StreamAsync<T>(HttpContext context, T body, long bytes)
    {
        var budget = context.RequestServices.GetRequiredService<AnswerBudget>();
        if (!budget.TryTake(bytes))
        {
            context.Response.Headers.Remove("ETag");
            await new Problem(503, "Too many large answers are being read; ask again, or for less") { RetryAfterSeconds = 1 }.ExecuteAsync(context);
            return;
        }

        try
        {
            context.Response.ContentType = ContentType;
            if (!HttpMethods.IsHead(context.Request.Method))
            {
                await JsonSerializer.SerializeAsync(context.Response.BodyWriter, body, AnswerJson.Of<T>(), context.RequestAborted);
                var flushed = await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
                if (flushed.IsCompleted)
                {
                    // The client is gone. The serializer then stopped without an exception, so the answer is incomplete.
                    ClientGone.Mark(context);
                }
            }
        }
        finally
        {
            budget.Return(bytes);
        }
    }
}

/// <summary>Limits the memory that all large answers together hold while their clients read them.</summary>
/// <remarks>
/// A client may take minutes to read an answer of 8 MB, and its memories stay in this process until then: 200 slow readers once
/// took a process from 400 MB to 2.5 GB. An answer that does not fit is refused before its first byte, and its client can ask
/// again. An answer larger than the whole budget is sent if it is the only one, because otherwise it could never be read.
/// </remarks>
internal sealed class AnswerBudget(GatewayOptions options, GatewayInstruments instruments)
{
    private readonly Lock _gate = new();
    private long _taken;

    public bool TryTake(long bytes)
    {
        lock (_gate)
        {
            if (_taken > 0 && _taken + bytes > options.AnswerMemoryBytes)
            {
                instruments.OnAnswerRefused();
                return false;
            }

            _taken += bytes;
            instruments.OnAnswerBytes(_taken);
            return true;
        }
    }

    public void Return(long bytes)
    {
        lock (_gate)
        {
            _taken -= bytes;
            instruments.OnAnswerBytes(_taken);
        }
    }
}
