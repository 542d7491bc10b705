using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using Soma.Grains.Engine.Forgetting;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Engine.Committing;

/// <summary>
/// The answers to writes. Their JSON is written here, where the outcome is decided, because a receipt keeps it: a retry gets the
/// same bytes, whichever gateway or version passes them on.
/// </summary>
internal static class Answers
{
    /// <summary>How many evicted memories an answer names. The log has all of them.</summary>
    internal const int MostEvictedNamed = 100;

    internal static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

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
    public static WriteReply Accept(WriteCommand command, Decision[] decisions, FieldSelection fields, IReadOnlyList<string> evicted)
    {
        var last = decisions[^1];
        return new WriteReply
        {
            Status = 200,
            Body = ToBody(command, decisions, fields, Named(evicted)),
            Seq = last.Seq,
            ETag = command.Answer == AnswerKind.Store ? last.Stored!.Seq : null,
        };
    }

    /// <summary>The evicted memories that an answer names; null: there are none.</summary>
    public static string[]? Named(IReadOnlyList<string> evicted) => evicted.Count == 0 ? null : [.. evicted.Take(MostEvictedNamed)];

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

    /// <summary>The answer to a single store of a gateway's operation, made again from the row that it wrote.</summary>
    public static Receipt ToReceipt(LogRow row, byte[] operation, Instant expiresAt, FieldSelection fields) => new()
    {
        Key = StoredOperation.KeyOf(operation),
        RequestHash = StoredOperation.RequestHashOf(operation),
        Status = 200,
        Body = JsonSerializer.SerializeToUtf8Bytes(ToStored(row.Memory, StoredOperation.EmbeddingSourceOf(operation), fields, StoredOperation.EvictedOf(operation)), Options),
        Seq = row.Seq,
        ETag = row.Seq,
        ExpiresAt = expiresAt,
    };

    private static byte[] ToBody(WriteCommand command, Decision[] decisions, FieldSelection fields, string[]? evicted) => command.Answer == AnswerKind.Store
        ? JsonSerializer.SerializeToUtf8Bytes(ToStored(decisions[0], fields, evicted), Options)
        : JsonSerializer.SerializeToUtf8Bytes(ToAnswer(command, decisions, fields, evicted), Options);

    private static object ToAnswer(WriteCommand command, Decision[] decisions, FieldSelection fields, string[]? evicted) => (command.Answer, command.Operations[0]) switch
    {
        (AnswerKind.StoreBatch, _) => ToBatch(decisions, fields, evicted),
        (AnswerKind.Delete, DeleteMemory delete) => new DeleteAnswer(delete.Coordinate.Text, decisions[0].Removed > 0, decisions[0].Seq),
        (AnswerKind.Delete, DeleteMatching matching) =>
            new SeriesAnswer(matching.DeletedBefore + decisions[0].Removed, matching.IsLast ? null : matching.NextChunk),
        (AnswerKind.Delete, EvictExcess) => new SeriesAnswer(0, null),
        (AnswerKind.Link, PutLink link) => new LinkAnswer(link.From.Text, link.To.Text, link.LinkType, true, null, decisions[0].Seq),
        (AnswerKind.Unlink, DeleteLink link) =>
            new LinkAnswer(link.From.Text, link.To.Text, link.LinkType, true, decisions[0].Removed > 0, decisions[0].Seq),
        _ => throw new ArgumentException($"The answer {command.Answer} does not go with {command.Operations[0].GetType().Name}."),
    };

    private static BatchAnswer ToBatch(Decision[] decisions, FieldSelection fields, string[]? evicted)
    {
        var stored = decisions.Where(decision => !decision.IsSkipped).ToArray();
        var last = decisions[^1].Seq;
        return new BatchAnswer(
            stored.Length, stored is [var first, ..] ? first.Stored!.Seq : last, last, Array.ConvertAll(decisions, decision => ToStored(decision, fields)), evicted);
    }

    private static StoredAnswer ToStored(Decision decision, FieldSelection fields, string[]? evicted = null) => ToStored(decision.Stored!, decision.EmbeddingSource, fields, evicted) with
    {
        Skipped = decision.IsSkipped ? true : null,
        Similar = decision.Similar.Count == 0 ? null : [.. decision.Similar.Select(same => new SimilarAnswer(same.Row.Coordinate.Text, Math.Round(same.Score, 4)))],
    };

    private static StoredAnswer ToStored(MemoryRow row, string embeddingSource, FieldSelection fields, string[]? evicted) =>
        new(row.Coordinate.Text, row.Type.ToName(), true, row.Seq, row.Version, embeddingSource,
            IndexedText.IsPartly(row.Payload, row.Text, fields) ? "partly" : null, evicted);

    // The members stand in the order and under the names that they have in the JSON.
    private readonly record struct StoredAnswer(string Coord, string MemoryType, bool Ok, long Seq, long Version, string EmbeddingSource, string? Indexed, string[]? Evicted)
    {
        public bool? Skipped { get; init; }

        public SimilarAnswer[]? Similar { get; init; }
    }

    private sealed record SimilarAnswer(string Coord, double Score);

    private sealed record BatchAnswer(int Stored, long SeqFirst, long SeqLast, StoredAnswer[] Results, string[]? Evicted);

    private sealed record DeleteAnswer(string Coord, bool Deleted, long Seq);

    private sealed record LinkAnswer(string FromCoord, string ToCoord, string LinkType, bool Ok, bool? Deleted, long Seq);
}

/// <summary>The answer to a delete by filter. An unfinished series gets no answer yet; its receipt keeps how far it has come.</summary>
/// <param name="Deleted">How many memories the series has deleted.</param>
/// <param name="NextChunk">The chunk of the named coordinates from which a retry goes on; null in the final answer.</param>
internal sealed record SeriesAnswer(long Deleted, int? NextChunk)
{
    public static SeriesAnswer In(byte[] receiptBody) => JsonSerializer.Deserialize<SeriesAnswer>(receiptBody, Answers.Options)!;
}
