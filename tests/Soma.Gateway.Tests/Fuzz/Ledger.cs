using System.Collections.Concurrent;
using System.Text.Json;
using Soma.Gateway.Tests.Hosting;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Gateway.Tests.Fuzz;

/// <summary>What the service said it did: every seq of every namespace that a 200 names, and what must lie there.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<(NamespaceKey Key, long Seq), LedgerEntry> _entries = new();
    private readonly ConcurrentDictionary<NamespaceKey, (long Fewest, long Most)> _unnamed = new();

    private readonly ConcurrentDictionary<(NamespaceKey Key, Coordinate Coordinate), long> _purges = new();

    public IEnumerable<NamespaceKey> Namespaces => _entries.Keys.Select(entry => entry.Key).Distinct();

    public int Count => _entries.Count;

    public IReadOnlyDictionary<long, LedgerEntry> Entries(NamespaceKey key) =>
        _entries.Where(entry => entry.Key.Key == key).ToDictionary(entry => entry.Key.Seq, entry => entry.Value);

    /// <summary>How many memories deletes by filter reported: those answers name no seqs, and a dry run deletes none.</summary>
    public (long Fewest, long Most) UnnamedDeletes(NamespaceKey key) => _unnamed.GetValueOrDefault(key);

    /// <summary>The newest deletion that also emptied the versions before it; 0: it found nothing to delete; null: there was none.</summary>
    public long? PurgedAt(NamespaceKey key, Coordinate coordinate) => _purges.TryGetValue((key, coordinate), out var seq) ? seq : null;

    /// <summary>Books a 200; a complaint where two different answers claim one seq.</summary>
    public string? Record(FuzzRequest request, Answer answer)
    {
        var path = request.Target.Split('?')[0].Replace("/api/v1", "", StringComparison.Ordinal).Trim('/');
        return (request.Method.Method, path) switch
        {
            ("POST", "memories") => RecordOne(request, answer, LogOp.Put, "coord", PayloadOf(request.Body)),
            ("POST", "memories/batch") => RecordBatch(request, answer),
            ("POST", "memories/delete") => RecordMany(request, answer),
            ("POST", "graph/link") => RecordOne(request, answer, LogOp.Link, "from_coord"),
            ("DELETE", "graph/link") => answer.Json.TryGetProperty("deleted", out var unlinked) && !unlinked.GetBoolean()
                ? null : RecordOne(request, answer, LogOp.Unlink, "from_coord"),
            ("PATCH", _) => RecordOne(request, answer, LogOp.Put, "coord"),
            ("DELETE", _) => RecordDelete(request, answer),
            _ => null,
        };
    }

    private string? RecordOne(FuzzRequest request, Answer answer, LogOp op, string coordinate, byte[]? payload = null) =>
        Book(request, answer["seq"].GetInt64(), new LedgerEntry(op, Canonical(answer[coordinate]), Version(answer.Json), payload, answer.Text));

    private string? RecordDelete(FuzzRequest request, Answer answer)
    {
        var seq = answer["deleted"].GetBoolean() ? answer["seq"].GetInt64() : 0;
        if (request.Target.Contains("purge=true", StringComparison.Ordinal))
        {
            _purges.AddOrUpdate((request.Key, Canonical(answer["coord"])), seq, (_, before) => Math.Max(before, seq));
        }

        return seq > 0 ? RecordOne(request, answer, LogOp.Delete, "coord") : null;
    }

    private string? RecordBatch(FuzzRequest request, Answer answer)
    {
        var (first, last) = (answer["seq_first"].GetInt64(), answer["seq_last"].GetInt64());
        var results = answer["results"].EnumerateArray().ToList();
        return last - first + 1 != results.Count || answer["stored"].GetInt32() != results.Count
            ? $"a batch of {results.Count} results claims seqs {first}–{last}"
            : results.Select((result, index) => Book(request, first + index, new LedgerEntry(
                LogOp.Put, Canonical(result.GetProperty("coord")), Version(result), null, answer.Text))).FirstOrDefault(complaint => complaint is not null);
    }

    private string? RecordMany(FuzzRequest request, Answer answer)
    {
        var deleted = answer["deleted"].GetInt64();
        var surely = request.Body.AsSpan().IndexOf("dry_run"u8) < 0 && !request.Headers.Any(header => header.Name == "Idempotency-Key") ? deleted : 0;
        _unnamed.AddOrUpdate(request.Key, _ => (surely, deleted), (_, sum) => (sum.Fewest + surely, sum.Most + deleted));
        return null;
    }

    private string? Book(FuzzRequest request, long seq, LedgerEntry entry)
    {
        var booked = _entries.GetOrAdd((request.Key, seq), entry);
        // The same answer twice is what an Idempotency-Key is for.
        return booked.Answer == entry.Answer && (ReferenceEquals(booked, entry) || request.Headers.Any(header => header.Name == "Idempotency-Key"))
            ? null
            : $"seq {seq} was given to two writes: {booked.Answer} and {entry.Answer}";
    }

    private static byte[]? PayloadOf(byte[]? body) =>
        body is null ? null : System.Text.Encoding.UTF8.GetBytes(JsonSerializer.Deserialize<JsonElement>(body, Answer.Deep).GetProperty("payload").GetRawText());

    private static long? Version(JsonElement result) => result.TryGetProperty("version", out var version) ? version.GetInt64() : null;

    private static Coordinate Canonical(JsonElement text) =>
        Coordinate.TryParse(text.GetString(), out var coordinate) ? coordinate : throw new FormatException($"'{text}' is not a coordinate.");
}
