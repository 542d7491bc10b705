using System.Runtime.InteropServices;
using System.Text.Json;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Answers;

/// <summary>Memories as answers show them.</summary>
internal static class MemoryJson
{
    /// <summary>The whole envelope, of a GET and of a listing.</summary>
    public static void WriteMemory(Utf8JsonWriter writer, MemoryRecord memory, bool isFlat)
    {
        writer.WriteStartObject();
        if (isFlat)
        {
            PayloadMembers.WriteBesideEnvelope(writer, memory.Payload, hasId: memory.Coordinate.Id is not null);
        }

        writer.WriteCoordinate(memory.Coordinate);
        writer.WriteRaw("payload"u8, memory.Payload);
        writer.WriteString("memory_type"u8, JsonValues.NameOf(memory.Type));
        writer.WriteFloat("importance"u8, memory.Importance);
        writer.WriteFloat("importance_norm"u8, memory.ImportanceNorm);
        writer.WriteNumber("access_count"u8, memory.AccessCount);
        writer.WriteRaw("metadata"u8, default);
        writer.WriteTime("created_at"u8, memory.CreatedAt);
        writer.WriteTime("updated_at"u8, memory.UpdatedAt);
        WriteTimestamp(writer, memory);
        writer.WriteTime("expires_at"u8, memory.ExpiresAt);
        writer.WriteNumber("version"u8, memory.Version);
        writer.WriteNumber("seq"u8, memory.Seq);
        writer.WriteString("embedding_source"u8, memory.EmbeddingSource);
        writer.WriteEndObject();
    }

    /// <summary>A search's hit.</summary>
    public static void WriteHit(Utf8JsonWriter writer, SearchHit hit, HitShape shape)
    {
        var memory = hit.Memory;
        writer.WriteStartObject();
        if (shape.IsFlat && shape.HasPayload)
        {
            PayloadMembers.WriteBesideEnvelope(writer, memory.Payload, hasId: memory.Coordinate.Id is not null);
        }

        writer.WriteCoordinate(memory.Coordinate);
        if (shape.HasPayload)
        {
            writer.WriteRaw("payload"u8, memory.Payload);
        }

        writer.WriteString("memory_type"u8, JsonValues.NameOf(memory.Type));
        writer.WriteFloat("importance"u8, memory.Importance);
        writer.WriteFloat("score"u8, hit.Score);
        writer.WriteTime("created_at"u8, memory.CreatedAt);
        writer.WriteTime("updated_at"u8, memory.UpdatedAt);
        writer.WriteNumber("seq"u8, memory.Seq);
        writer.WriteString("embedding_source"u8, memory.EmbeddingSource);
        if (shape.HasEmbedding)
        {
            WriteEmbedding(writer, memory.BroughtVector);
        }

        if (hit.Explanation is { } explanation)
        {
            WriteExplanation(writer, explanation);
        }

        writer.WriteEndObject();
    }

    private static void WriteTimestamp(Utf8JsonWriter writer, MemoryRecord memory)
    {
        var own = PayloadMembers.Find(memory.Payload, "timestamp"u8);
        if (own.IsEmpty)
        {
            writer.WriteFloat("timestamp"u8, (double)memory.CreatedAt.Microseconds / Instant.MicrosecondsPerSecond);
        }
        else
        {
            writer.WriteRaw("timestamp"u8, own);
        }
    }

    private static void WriteEmbedding(Utf8JsonWriter writer, byte[]? vector)
    {
        if (vector is null)
        {
            writer.WriteNull("embedding"u8);
            return;
        }

        writer.WriteStartArray("embedding"u8);
        foreach (var number in MemoryMarshal.Cast<byte, float>(vector))
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }

    private static void WriteExplanation(Utf8JsonWriter writer, ScoreExplanation explanation)
    {
        writer.WriteStartObject("explain"u8);
        writer.WriteOptionalFloat("keyword"u8, explanation.Keyword);
        writer.WriteOptionalFloat("keyword_normalised"u8, explanation.KeywordNormalised);
        writer.WriteOptionalFloat("text"u8, explanation.Text);
        writer.WriteOptionalFloat("text_normalised"u8, explanation.TextNormalised);
        writer.WriteOptionalFloat("brought"u8, explanation.Brought);
        writer.WriteOptionalFloat("brought_normalised"u8, explanation.BroughtNormalised);
        writer.WriteOptionalFloat("context"u8, explanation.Context);
        writer.WriteOptionalFloat("speaker"u8, explanation.Speaker);
        writer.WriteOptionalFloat("phrase"u8, explanation.Phrase);
        writer.WriteOptionalFloat("recency"u8, explanation.Recency);
        writer.WriteOptionalFloat("importance"u8, explanation.Importance);
        writer.WriteEndObject();
    }
}
