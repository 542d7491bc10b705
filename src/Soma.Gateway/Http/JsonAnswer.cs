using System.Buffers;
using System.Text.Encodings.Web;

namespace Soma.Gateway.Http;

/// <summary>Sends JSON: usual answers from a buffer that their thread keeps, large ones in pieces as their client reads them.</summary>
internal static class JsonAnswer
{
    public const string ContentType = "application/json";

    /// <summary>An answer up to about this size is rendered whole, so that its length is known before its first byte goes out.</summary>
    public const int LargestBuffered = 64 * 1024;

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

    public static Task WriteAsync<T>(HttpContext context, int status, string contentType, T body)
    {
        var buffer = _buffer ?? new ArrayBufferWriter<byte>(4096);
        var writer = _writer ?? new Utf8JsonWriter(Stream.Null, WriterOptions);
        // Taken while in use: rendering that throws must not leave a half-filled buffer to the next answer.
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

    /// <summary>Sends JSON that is ready. The bytes are copied before this returns.</summary>
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
    /// Sends a large answer in pieces of about 64 KB, or of one memory where that is larger. The next piece is made when the
    /// client has taken the one before, so a slow client costs one piece beside the memories that its answer holds; those count
    /// against the budget until the last byte is on its way.
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
                    // Nobody reads any more. The serializer stops without an exception then, and the answer is not whole.
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

/// <summary>Bounds the memory that large answers hold together while their clients read them.</summary>
/// <remarks>
/// A client may take minutes over an answer of 8 MB, and the memories it shows stay in this process until then: 200 slow readers
/// once took a process from 400 MB to 2.5 GB. What does not fit is refused before its first byte, so its client can ask again.
/// An answer larger than the budget passes when it is alone, or it could never be read.
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
