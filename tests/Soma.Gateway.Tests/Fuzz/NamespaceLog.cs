using System.Text;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Gateway.Tests.Fuzz;

/// <summary>Everything that ever happened in a namespace, read from the store itself.</summary>
internal sealed class NamespaceLog
{
    private readonly NamespaceKey _key;
    private readonly IReadOnlyList<LogRow> _rows;

    private NamespaceLog(NamespaceKey key, IReadOnlyList<LogRow> rows) => (_key, _rows) = (key, rows);

    /// <summary>Takes the namespace away from its grain to learn its id: the last thing a test may do with it.</summary>
    public static async Task<NamespaceLog> ReadAsync(ICanonicalStore store, NamespaceKey key)
    {
        var taken = await store.TakeEpochAsync(key, TimeSpan.Zero, CancellationToken.None)
            ?? throw new InvalidOperationException($"{key} does not exist.");
        var rows = new List<LogRow>();
        while (await store.ReadLogAsync(taken.Id, rows.Count, 1000, CancellationToken.None) is { Count: > 0 } page)
        {
            rows.AddRange(page);
        }

        return rows.Select(row => row.Seq).SequenceEqual(Enumerable.Range(1, rows.Count).Select(seq => (long)seq)) && rows.Count == taken.HeadSeq
            ? new NamespaceLog(key, rows)
            : throw new InvalidOperationException($"{key}: the log is not 1…{taken.HeadSeq} without a gap.");
    }

    /// <summary>The stored versions, in order, with their payloads as text.</summary>
    public IEnumerable<(long Seq, long Version, string Payload)> Puts() =>
        _rows.Where(row => row.Op == LogOp.Put).Select(row => (row.Seq, row.Version, Encoding.UTF8.GetString(row.Payload ?? [])));

    /// <summary>Each row must have been answered with a 200, each 200 must have its row.</summary>
    public IEnumerable<string> CompareWith(Ledger ledger)
    {
        var answered = ledger.Entries(_key);
        foreach (var seq in answered.Keys.Where(seq => seq < 1 || seq > _rows.Count))
        {
            yield return $"seq {seq} was answered but never committed: {answered[seq].Answer}";
        }

        var unnamed = 0;
        foreach (var row in _rows)
        {
            if (!answered.TryGetValue(row.Seq, out var entry))
            {
                unnamed++;
                if (row.Op != LogOp.Delete)
                {
                    yield return $"seq {row.Seq} ({row.Op} {row.Coordinate}) happened although no answer said so";
                }
            }
            else if (!Agrees(row, entry, ledger.PurgedAt(_key, row.Coordinate)))
            {
                yield return $"seq {row.Seq} is {row.Op} {row.Coordinate} version {row.Version}, answered was {entry.Answer}";
            }
        }

        var (fewest, most) = ledger.UnnamedDeletes(_key);
        if (unnamed < fewest || unnamed > most)
        {
            yield return $"{unnamed} deletes that no single answer names, reported were {fewest}–{most}";
        }
    }

    /// <summary>What is listed must be what the log leaves; memories that expire may be either way.</summary>
    public IEnumerable<string> CompareWith(Dictionary<string, (long Seq, long Version, string Payload)> listed)
    {
        var current = new Dictionary<string, LogRow>();
        foreach (var row in _rows.Where(row => row.Op is LogOp.Put or LogOp.Delete))
        {
            current[row.Coordinate.Text] = row;
        }

        foreach (var (coordinate, row) in current)
        {
            var isListed = listed.Remove(coordinate, out var memory);
            if (row.Memory.ExpiresAt is null && isListed != (row.Op == LogOp.Put))
            {
                yield return $"{coordinate} is {(isListed ? "" : "not ")}listed, its last change is {row.Op} at {row.Seq}";
            }
            else if (isListed && memory != (row.Seq, row.Version, Encoding.UTF8.GetString(row.Payload ?? [])))
            {
                yield return $"{coordinate} is listed as {memory}, the log has {(row.Seq, row.Version)}";
            }
        }

        foreach (var coordinate in listed.Keys)
        {
            yield return $"{coordinate} is listed and was never stored";
        }
    }

    private static bool Agrees(LogRow row, LedgerEntry entry, long? purgedAt) =>
        row.Op == entry.Op && row.Coordinate == entry.Coordinate
        && (row.Op != LogOp.Put || ((entry.Version ?? row.Version) == row.Version && IsPayloadRight(row, entry, purgedAt)));

    private static bool IsPayloadRight(LogRow row, LedgerEntry entry, long? purgedAt) => row.Payload is null
        ? purgedAt is not null
        : !(purgedAt > row.Seq) && (entry.Payload is null || entry.Payload.AsSpan().SequenceEqual(row.Payload));
}
