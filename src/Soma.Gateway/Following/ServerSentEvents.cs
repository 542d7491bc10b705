using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;

namespace Soma.Gateway.Following;

/// <summary>Writes events in the format of the HTML standard, "server-sent events".</summary>
internal static class ServerSentEvents
{
    private static readonly JsonWriterOptions WriterOptions = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="output">Where to.</param>
    /// <param name="name">The name of the event; null: a plain message.</param>
    /// <param name="id">The place of a client that has got this event; null: it stays where it is.</param>
    /// <param name="data">Written as JSON.</param>
    public static void Write<T>(IBufferWriter<byte> output, string? name, long? id, T data)
    {
        if (name is not null)
        {
            output.Write("event: "u8);
            output.Write(Encoding.ASCII.GetBytes(name));
            output.Write("\n"u8);
        }

        if (id is { } seq)
        {
            WriteIdLine(output, seq);
        }

        // Rendered beside the output, because a line break in a payload must begin another line of data.
        var json = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(json, WriterOptions))
        {
            JsonSerializer.Serialize(writer, data, AnswerJson.Of<T>());
        }

        WriteData(output, json.WrittenSpan);
    }

    /// <summary>Moves the client's place without an event.</summary>
    public static void WriteId(IBufferWriter<byte> output, long id)
    {
        WriteIdLine(output, id);
        output.Write("\n"u8);
    }

    private static void WriteIdLine(IBufferWriter<byte> output, long id)
    {
        output.Write("id: "u8);
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(id, digits, out var length);
        output.Write(digits[..length]);
        output.Write("\n"u8);
    }

    private static void WriteData(IBufferWriter<byte> output, ReadOnlySpan<byte> json)
    {
        while (true)
        {
            var end = json.IndexOfAny((byte)'\n', (byte)'\r');
            output.Write("data: "u8);
            output.Write(end < 0 ? json : json[..end]);
            output.Write("\n"u8);
            if (end < 0)
            {
                output.Write("\n"u8);
                return;
            }

            json = json[(end + (json[end..].StartsWith("\r\n"u8) ? 2 : 1))..];
        }
    }
}
