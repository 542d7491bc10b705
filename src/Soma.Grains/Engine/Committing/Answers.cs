using System.Buffers;
using System.Text.Encodings.Web;

namespace Soma.Grains.Engine.Committing;

/// <summary>
/// The answers to writes. Their JSON is written here, where the outcome is decided, because a receipt keeps it: a retry gets the
/// same bytes, whichever gateway or version passes them on.
/// </summary>
internal static class Answers
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The answer to a command of which at least one operation was refused.</summary>
    public static WriteReply Refuse(Decision[] decisions)
    {
        var failed = Enumerable.Range(0, decisions.Length).Where(i => decisions[i].Rejection is not null).ToArray();
        var first = decisions[failed[0]].Rejection!;
        return new WriteReply
        {
            Status = first.Status,
            Rejection = decisions.Length == 1 ? first : first with { FailedItems = failed },
        };
    }

    /// <summary>The answer to a command once it is committed.</summary>
    public static WriteReply Accept(WriteCommand command, Decision[] decisions)
    {
        var last = decisions[^1];
        return new WriteReply
        {
            Status = 200,
            Body = ToBody(command, decisions),
            Seq = last.Seq,
            ETag = command.Answer == AnswerKind.Store ? last.Seq : null,
        };
    }

    /// <summary>The answer as it is kept for retries.</summary>
    public static Receipt ToReceipt(IdempotencyKey key, WriteCommand command, WriteReply reply, Instant at) => new()
    {
        Key = key.Value,
        RequestHash = key.RequestHash,
        Status = command.Operations is [DeleteMatching { IsLast: false }] ? Receipt.InProgress : reply.Status,
        Body = reply.Body,
        Seq = reply.Seq,
        ETag = reply.ETag,
        ExpiresAt = new Instant(at.Microseconds + (long)key.Retention.TotalMicroseconds),
    };

    private static byte[] ToBody(WriteCommand command, Decision[] decisions) => (command.Answer, command.Operations[0]) switch
    {
        (AnswerKind.Store, _) => Write(json => WriteStored(json, decisions[0])),
        (AnswerKind.StoreBatch, _) => Write(json => WriteBatch(json, decisions)),
        (AnswerKind.Delete, DeleteMemory delete) => Write(json => WriteDeleted(json, delete.Coordinate, decisions[0])),
        (AnswerKind.Delete, DeleteMatching matching) => Write(json => WriteSeries(json, matching, decisions[0].Removed)),
        (AnswerKind.Link, PutLink link) => Write(json => WriteLink(json, link.From, link.To, link.LinkType, null, decisions[0].Seq)),
        (AnswerKind.Unlink, DeleteLink link) => Write(json => WriteLink(json, link.From, link.To, link.LinkType, decisions[0].Removed > 0, decisions[0].Seq)),
        _ => throw new ArgumentException($"The answer {command.Answer} does not go with {command.Operations[0].GetType().Name}."),
    };

    private static void WriteStored(Utf8JsonWriter json, Decision decision)
    {
        var row = decision.Stored!;
        json.WriteStartObject();
        json.WriteString("coord"u8, row.Coordinate.Text);
        json.WriteString("memory_type"u8, row.Type.ToName());
        json.WriteBoolean("ok"u8, true);
        json.WriteNumber("seq"u8, row.Seq);
        json.WriteNumber("version"u8, row.Version);
        json.WriteString("embedding_source"u8, decision.EmbeddingSource);
        json.WriteEndObject();
    }

    private static void WriteBatch(Utf8JsonWriter json, Decision[] decisions)
    {
        json.WriteStartObject();
        json.WriteNumber("stored"u8, decisions.Length);
        json.WriteNumber("seq_first"u8, decisions[0].Seq);
        json.WriteNumber("seq_last"u8, decisions[^1].Seq);
        json.WriteStartArray("results"u8);
        foreach (var decision in decisions)
        {
            WriteStored(json, decision);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDeleted(Utf8JsonWriter json, Coordinate coordinate, Decision decision)
    {
        json.WriteStartObject();
        json.WriteString("coord"u8, coordinate.Text);
        json.WriteBoolean("deleted"u8, decision.Removed > 0);
        json.WriteNumber("seq"u8, decision.Seq);
        json.WriteEndObject();
    }

    /// <summary>An unfinished series gets no answer yet; its receipt keeps from where a retry goes on.</summary>
    private static void WriteSeries(Utf8JsonWriter json, DeleteMatching matching, long removed)
    {
        json.WriteStartObject();
        json.WriteNumber("deleted"u8, matching.DeletedBefore + removed);
        if (!matching.IsLast)
        {
            json.WriteNumber("next_chunk"u8, matching.NextChunk);
        }

        json.WriteEndObject();
    }

    private static void WriteLink(Utf8JsonWriter json, Coordinate from, Coordinate to, string type, bool? deleted, long seq)
    {
        json.WriteStartObject();
        json.WriteString("from_coord"u8, from.Text);
        json.WriteString("to_coord"u8, to.Text);
        json.WriteString("link_type"u8, type);
        json.WriteBoolean("ok"u8, true);
        if (deleted is { } isDeleted)
        {
            json.WriteBoolean("deleted"u8, isDeleted);
        }

        json.WriteNumber("seq"u8, seq);
        json.WriteEndObject();
    }

    private static byte[] Write(Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            body(json);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
