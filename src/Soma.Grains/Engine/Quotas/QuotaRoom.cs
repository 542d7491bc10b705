using Soma.Grains.Storage.Forgetting;

namespace Soma.Grains.Engine.Quotas;

/// <summary>What a batch leaves of the quotas: the amounts after the commands decided so far.</summary>
/// <remarks>
/// The quotas hold after every row of a command and not only after the whole command, because a reader of the log sees each seq. A command
/// that leaves no more than it met passes even where a quota was lowered below what there is.
/// </remarks>
internal sealed class QuotaRoom(HeldAmounts held, Instant at, NamespaceKey key, NamespaceSettings settings, KeyTotals totals)
{
    private readonly Dictionary<Coordinate, LivingMemory?> _changed = [];
    private readonly Dictionary<string, Amount> _byWriter = new(StringComparer.Ordinal);
    private readonly List<(string? Writer, Instant? End, Amount Change)> _changes = [];
    private Amount _total;

    /// <summary>What a key holds that no command of this batch has changed.</summary>
    public required Func<Coordinate, LivingMemory?> Find { get; init; }

    /// <summary>Why the command exceeds a quota; null: it does not.</summary>
    /// <param name="command">The command.</param>
    /// <param name="log">What it adds to the log.</param>
    public Rejection? Refuse(WriteCommand command, IReadOnlyList<LogRow> log)
    {
        if (command.Limits is null && settings is { QuotaMemories: null, QuotaBytes: null })
        {
            return null;
        }

        var writer = command.By ?? "";
        var (total, own) = (held.Total + _total, held.Of(writer) + _byWriter.GetValueOrDefault(writer));
        var elsewhere = command.Limits is null ? default : totals.ElsewhereOf(writer, key);
        own += elsewhere;
        var (metTotal, metOwn) = (total, own);
        foreach (var (before, after) in Changes(log))
        {
            total = total - AmountOf(before) + AmountOf(after);
            own = own - (before?.By == command.By ? AmountOf(before) : default) + (after?.By == command.By ? AmountOf(after) : default);
            if (after is not null && (OfNamespace(metTotal, total) ?? OfWriter(command.Limits, metOwn, own, elsewhere)) is { } refused)
            {
                return refused;
            }
        }

        return null;
    }

    /// <summary>Takes over what an accepted command adds to the log.</summary>
    public void Accept(IReadOnlyList<LogRow> log)
    {
        foreach (var (before, after) in Changes(log))
        {
            Count(before?.By, before?.ExpiresAt, default(Amount) - AmountOf(before));
            Count(after?.By, after?.ExpiresAt, AmountOf(after));
        }

        foreach (var row in log)
        {
            if (row.Op is LogOp.Put or LogOp.Delete)
            {
                _changed[row.Coordinate] = AfterOf(row);
            }
        }
    }

    /// <summary>The batch was committed.</summary>
    public void Commit()
    {
        foreach (var (writer, end, change) in _changes)
        {
            held.Add(writer, end, change);
        }

        foreach (var writer in _byWriter.Keys.Where(writer => writer.Length > 0))
        {
            totals.Set(writer, key, held.Of(writer));
        }
    }

    private static LivingMemory? AfterOf(LogRow row) => row.Op == LogOp.Put ? LivingMemory.Of(row.Memory) : null;

    private IEnumerable<(LivingMemory? Before, LivingMemory? After)> Changes(IReadOnlyList<LogRow> log)
    {
        var written = new Dictionary<Coordinate, LivingMemory?>();
        foreach (var row in log)
        {
            if (row.Op is LogOp.Put or LogOp.Delete)
            {
                var before = written.TryGetValue(row.Coordinate, out var own) ? own
                    : _changed.TryGetValue(row.Coordinate, out var earlier) ? earlier
                    : Find(row.Coordinate);
                yield return (before, written[row.Coordinate] = AfterOf(row));
            }
        }
    }

    // What has expired by the batch's time counts no more: it was given back at its end.
    private Amount AmountOf(LivingMemory? memory) => memory is null || memory.ExpiresAt <= at ? default : Amount.Of(memory);

    private void Count(string? writer, Instant? end, Amount change)
    {
        if (change != default)
        {
            _total += change;
            _byWriter[writer ?? ""] = _byWriter.GetValueOrDefault(writer ?? "") + change;
            _changes.Add((writer, end, change));
        }
    }

    private Rejection? OfNamespace(Amount met, Amount left) =>
        Exceeds(settings.QuotaMemories, met.Memories, left.Memories) is { } memories ? OfNamespace(memories, met.Memories, left.Memories, "memories", "quota_memories")
        : Exceeds(settings.QuotaBytes, met.Bytes, left.Bytes) is { } bytes ? OfNamespace(bytes, met.Bytes, left.Bytes, "bytes", "quota_bytes")
        : null;

    private Rejection OfNamespace(long quota, long met, long left, string unit, string setting) => Refused(
        $"This namespace holds {met} {unit} of its quota of {quota} ({setting}), and the request would make it {left}. "
        + $"Delete some, or raise the quota: PUT /namespaces/{key.Name} {{\"{setting}\":…}}");

    private static Rejection? OfWriter(CallerLimits? limits, Amount met, Amount left, Amount elsewhere) =>
        Exceeds(limits?.Memories, met.Memories, left.Memories) is { } memories ? OfWriter(memories, met.Memories, left.Memories, elsewhere.Memories, "memories")
        : Exceeds(limits?.Bytes, met.Bytes, left.Bytes) is { } bytes ? OfWriter(bytes, met.Bytes, left.Bytes, elsewhere.Bytes, "bytes")
        : null;

    private static Rejection OfWriter(long limit, long met, long left, long elsewhere, string unit) => Refused(
        $"This key holds {met} {unit} of its limit of {limit} (limits.{unit}), {elsewhere} of them in other namespaces, and the request would make it {left}. "
        + "Delete some of them, or use a key with a larger limit: POST /keys");

    private static long? Exceeds(long? limit, long met, long left) => left > limit && left > met ? limit : null;

    private static Rejection Refused(string detail) => new() { Status = 507, Detail = detail };
}
