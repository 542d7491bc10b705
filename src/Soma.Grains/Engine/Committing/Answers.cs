using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Soma.Grains.Interfaces;

namespace Soma.Grains.Engine.Committing;

/// <summary>
/// The JSON bodies of writes' answers. They are made here, where the outcome is decided, because a receipt keeps them: a
/// retry gets the same bytes, whichever gateway or version carries them.
/// </summary>
internal static class Answers
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Stored(StoredMemory memory) => Write(json => WriteStored(json, memory));

    public static byte[] StoredBatch(IReadOnlyList<StoredMemory> memories) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("stored"u8, memories.Count);
        json.WriteNumber("seq_first"u8, memories[0].Seq);
        json.WriteNumber("seq_last"u8, memories[^1].Seq);
        json.WriteStartArray("results"u8);
        foreach (var memory in memories)
        {
            WriteStored(json, memory);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    public static byte[] Deleted(Coordinate coordinate, bool deleted, long seq) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("coord"u8, coordinate.Text);
        json.WriteBoolean("deleted"u8, deleted);
        json.WriteNumber("seq"u8, seq);
        json.WriteEndObject();
    });

    public static byte[] Linked(LinkAnswer link) => Write(json =>
    {
        WriteLinkStart(json, link);
        json.WriteBoolean("ok"u8, true);
        json.WriteNumber("seq"u8, link.Seq);
        json.WriteEndObject();
    });

    public static byte[] Unlinked(LinkAnswer link, bool deleted) => Write(json =>
    {
        WriteLinkStart(json, link);
        json.WriteBoolean("ok"u8, true);
        json.WriteBoolean("deleted"u8, deleted);
        json.WriteNumber("seq"u8, link.Seq);
        json.WriteEndObject();
    });

    public static byte[] DeletedMany(long count) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("deleted"u8, count);
        json.WriteEndObject();
    });

    /// <summary>No answer, but what the receipt of an unfinished series keeps for its continuation.</summary>
    public static byte[] DeletedSoFar(long count, int nextChunk) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("deleted"u8, count);
        json.WriteNumber("next_chunk"u8, nextChunk);
        json.WriteEndObject();
    });

    private static void WriteStored(Utf8JsonWriter json, StoredMemory memory)
    {
        json.WriteStartObject();
        json.WriteString("coord"u8, memory.Coordinate.Text);
        json.WriteString("memory_type"u8, memory.Type.ToName());
        json.WriteBoolean("ok"u8, true);
        json.WriteNumber("seq"u8, memory.Seq);
        json.WriteNumber("version"u8, memory.Version);
        json.WriteString("embedding_source"u8, memory.EmbeddingSource);
        json.WriteEndObject();
    }

    private static void WriteLinkStart(Utf8JsonWriter json, LinkAnswer link)
    {
        json.WriteStartObject();
        json.WriteString("from_coord"u8, link.Key.From.Text);
        json.WriteString("to_coord"u8, link.Key.To.Text);
        json.WriteString("link_type"u8, link.Key.Type);
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

/// <summary>What the answer to a store says of one memory.</summary>
internal readonly record struct StoredMemory(
    Coordinate Coordinate, MemoryType Type, long Seq, long Version, string EmbeddingSource);

/// <summary>What the answer to a link says.</summary>
internal readonly record struct LinkAnswer(Storage.LinkKey Key, long Seq);
