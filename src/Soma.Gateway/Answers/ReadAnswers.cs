using System.Text.Json;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Answers;

/// <summary>The bodies of reads.</summary>
internal static class ReadAnswers
{
    /// <summary>The grain keeps its answers below this; shown flat they could be twice as large.</summary>
    public const long MaxBytes = 8 * 1024 * 1024;

    public static void WriteMemory(Utf8JsonWriter writer, (MemoryRecord Memory, bool IsFlat) state)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("memory"u8);
        MemoryJson.WriteMemory(writer, state.Memory, state.IsFlat);
        writer.WriteEndObject();
    }

    public static void WriteList(Utf8JsonWriter writer, ListReply reply)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("memories"u8);
        foreach (var memory in reply.Memories)
        {
            MemoryJson.WriteMemory(writer, memory, isFlat: false);
        }

        writer.WriteEndArray();
        writer.WriteString("next_cursor"u8, reply.NextCursor);
        writer.WriteEndObject();
    }

    public static void WriteSearch(Utf8JsonWriter writer, (SearchReply Reply, HitShape Shape) state)
    {
        var isTruncated = state.Reply.Truncated;
        writer.WriteStartObject();
        writer.WriteStartArray("memories"u8);
        foreach (var hit in state.Reply.Hits)
        {
            // Flat hits hold their payload twice: cut before one that might not fit.
            var size = hit.Memory.Payload.Length * (state.Shape.IsFlat ? 2L : 1L);
            if (state.Shape.IsFlat && writer.BytesCommitted + writer.BytesPending + size > MaxBytes)
            {
                isTruncated = true;
                break;
            }

            MemoryJson.WriteHit(writer, hit, state.Shape);
        }

        writer.WriteEndArray();
        writer.WriteBoolean("degraded"u8, state.Reply.Degraded);
        writer.WriteNumber("refining"u8, state.Reply.Refining);
        WriteTruncated(writer, isTruncated);
        writer.WriteEndObject();
    }

    public static void WriteNeighbors(Utf8JsonWriter writer, (Coordinate Start, NeighborsReply Reply) state)
    {
        writer.WriteStartObject();
        writer.WriteString("coord"u8, state.Start.Text);
        writer.WriteStartArray("neighbors"u8);
        foreach (var neighbor in state.Reply.Neighbors)
        {
            writer.WriteStartObject();
            writer.WriteCoordinate(neighbor.Coordinate);
            writer.WriteString("link_type"u8, neighbor.LinkType);
            writer.WriteFloat("strength"u8, neighbor.Strength);
            writer.WriteRaw("metadata"u8, neighbor.Metadata);
            writer.WriteNumber("hops"u8, neighbor.Hops);
            if (neighbor is { Direction: { } direction, Via: { } via })
            {
                writer.WriteString("direction"u8, direction == LinkDirection.In ? "in"u8 : "out"u8);
                writer.WriteString("via"u8, via.Text);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteTruncated(writer, state.Reply.Truncated);
        writer.WriteEndObject();
    }

    public static void WritePath(Utf8JsonWriter writer, (FindPath Query, PathReply Reply) state)
    {
        writer.WriteStartObject();
        writer.WriteString("from_coord"u8, state.Query.From.Text);
        writer.WriteString("to_coord"u8, state.Query.To.Text);
        writer.WriteStartArray("path"u8);
        foreach (var node in state.Reply.Path)
        {
            writer.WriteStringValue(node.Text);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("link_types"u8);
        foreach (var type in state.Reply.LinkTypes)
        {
            writer.WriteStringValue(type);
        }

        writer.WriteEndArray();
        writer.WriteBoolean("found"u8, state.Reply.Path.Length > 0);
        WriteTruncated(writer, state.Reply.Truncated);
        writer.WriteEndObject();
    }

    private static void WriteTruncated(Utf8JsonWriter writer, bool isTruncated)
    {
        if (isTruncated)
        {
            writer.WriteBoolean("truncated"u8, true);
        }
    }
}
