using System.Data.Common;
using Soma.Grains.Storage.Compacting;
using Soma.Grains.Storage.Forgetting;
using Soma.Grains.Storage.Sweeping;

namespace Soma.Grains.Storage;

/// <summary>Reads the rows of the statements, whose column order is that of the SQL files.</summary>
internal static class StoredRows
{
    /// <summary>coord, seq, version, alive, type, importance, created_seq, created_at, expires_at, access_count, at, payload, text, has_text, brought_vector, written_by.</summary>
    public static MemoryRow Memory(DbDataReader row)
    {
        var memory = new MemoryRow
        {
            Coordinate = Coordinate.FromCanonical(row.GetString(0)),
            Seq = row.GetInt64(1),
            Version = row.GetInt64(2),
            Alive = row.GetBoolean(3),
        };
        return !memory.Alive ? memory : memory with
        {
            Type = (MemoryType)row.GetInt16(4),
            Importance = row.GetDouble(5),
            CreatedSeq = row.GetInt64(6),
            CreatedAt = new Instant(row.GetInt64(7)),
            ExpiresAt = InstantOrNull(row, 8),
            AccessCount = row.GetInt64(9),
            UpdatedAt = new Instant(row.GetInt64(10)),
            Payload = BytesOrNull(row, 11) ?? [],
            Text = TextOrNull(row, 12),
            HasText = row.GetBoolean(13),
            BroughtVector = BytesOrNull(row, 14),
            By = TextOrNull(row, 15),
        };
    }

    /// <summary>coord, seq, importance.</summary>
    public static ListPlace Place(DbDataReader row) => new(Coordinate.FromCanonical(row.GetString(0)), row.GetInt64(1), row.GetDouble(2));

    /// <summary>seq, op, coord, version, epoch, created_seq, type, payload, text, has_text, brought_vector, importance, link_to, link_type, strength, metadata, created_at, at, expires_at, written_by.</summary>
    public static LogRow Log(DbDataReader row)
    {
        var (op, seq) = ((LogOp)row.GetInt16(1), row.GetInt64(0));
        var memory = new MemoryRow
        {
            Coordinate = Coordinate.FromCanonical(row.GetString(2)),
            Seq = seq,
            Version = row.GetInt64(3),
            Alive = op == LogOp.Put,
            CreatedSeq = row.GetInt64(5),
            Type = (MemoryType)row.GetInt16(6),
            Payload = BytesOrNull(row, 7) ?? [],
            Text = TextOrNull(row, 8),
            HasText = row.GetBoolean(9),
            BroughtVector = BytesOrNull(row, 10),
            Importance = row.GetDouble(11),
            CreatedAt = new Instant(row.GetInt64(16)),
            UpdatedAt = new Instant(row.GetInt64(17)),
            ExpiresAt = InstantOrNull(row, 18),
            By = TextOrNull(row, 19),
        };
        var link = row.IsDBNull(12) ? null
            : new LinkRow(LinkKeyOf(memory.Coordinate, row, 12), row.GetDouble(14), BytesOrNull(row, 15), seq);
        return new LogRow(op, row.GetInt64(4), memory, link)
        {
            IsEmptied = op == LogOp.Put && row.IsDBNull(7),
            Reason = LogRow.ReasonOf(op, BytesOrNull(row, 15)),
        };
    }

    /// <summary>The columns of <see cref="Log"/>, and last the bytes of all rows up to this one.</summary>
    public static (LogRow Row, long Bytes) Change(DbDataReader row) => (Log(row), row.GetInt64(row.FieldCount - 1));

    /// <summary>seq, at, operation.</summary>
    public static LoggedOperation Operation(DbDataReader row) => new(row.GetInt64(0), new Instant(row.GetInt64(1)), BytesOrNull(row, 2));

    /// <summary>from, to, type, strength, metadata, seq.</summary>
    public static LinkRow Link(DbDataReader row) => new(
        LinkKeyOf(Coordinate.FromCanonical(row.GetString(0)), row, 1), row.GetDouble(3), BytesOrNull(row, 4), row.GetInt64(5));

    /// <summary>key, request_hash, status, body, seq, etag, expires_at.</summary>
    public static Receipt Receipt(DbDataReader row) => new()
    {
        Key = StoredText.FromBytes(row.GetFieldValue<byte[]>(0)),
        RequestHash = row.GetFieldValue<byte[]>(1),
        Status = row.GetInt32(2),
        Body = row.GetFieldValue<byte[]>(3),
        Seq = row.GetInt64(4),
        ETag = ValueOrNull<long>(row, 5),
        ExpiresAt = new Instant(row.GetInt64(6)),
    };

    /// <summary>seq, vector.</summary>
    public static EmbeddingRow Embedding(DbDataReader row) => new(row.GetInt64(0), BytesOrNull(row, 1));

    /// <summary>id, epoch, commit_no, head_seq, last_at, memories, largest importance, brought dimension, released, lease_ms, active_space.</summary>
    public static TakenNamespace Taken(DbDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Epoch = row.GetInt64(1),
        CommitNo = row.GetInt64(2),
        HeadSeq = row.GetInt64(3),
        LastAt = row.GetInt64(4),
        MemoryCount = row.GetInt64(5),
        LargestImportance = row.GetDouble(6),
        BroughtDimension = ValueOrNull<int>(row, 7),
        PredecessorReleased = row.GetBoolean(8),
        PredecessorLease = TimeSpan.FromMilliseconds(row.GetInt64(9)),
        ActiveSpace = row.IsDBNull(10) ? null : row.GetString(10),
    };

    /// <summary>id, epoch, commit_no, memories.</summary>
    public static (long Id, NamespaceEpoch Epoch) Epoch(DbDataReader row) =>
        (row.GetInt64(0), new NamespaceEpoch(row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)));

    /// <summary>namespace_id, coord, seq.</summary>
    public static ExpiredMemory Expired(DbDataReader row) =>
        new(row.GetInt64(0), Coordinate.FromCanonical(row.GetString(1)), row.GetInt64(2));

    /// <summary>id, since when something is to be looked at (none: nothing is), settings.</summary>
    public static (long Id, long? Since, byte[]? Settings) Compactable(DbDataReader row) =>
        (row.GetInt64(0), ValueOrNull<long>(row, 1), BytesOrNull(row, 2));

    /// <summary>The namespaces of a page, and where the next page begins. The last row of a page comes in any case.</summary>
    public static (IReadOnlyList<CompactableNamespace> Namespaces, long Next) CompactablePage(List<(long Id, long? Since, byte[]? Settings)> page) => (
        [.. page.Where(row => row.Since is not null).Select(row => new CompactableNamespace(row.Id, new Instant(row.Since ?? 0), row.Settings))],
        page is [.., var last] ? last.Id : 0);

    /// <summary>compacted_seq, compacted_end, compacted_end_seq.</summary>
    public static CompactionProgress Progress(DbDataReader row) => new(row.GetInt64(0), new Instant(row.GetInt64(1)), row.GetInt64(2));

    /// <summary>last seq or none, count.</summary>
    public static (long? LastSeq, long Rows) PageEnd(DbDataReader row) => (ValueOrNull<long>(row, 0), row.GetInt64(1));

    /// <summary>coord, last seq, created_seq, last version.</summary>
    public static SupersededBound Bound(DbDataReader row) =>
        new(Coordinate.FromCanonical(row.GetString(0)), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3));

    /// <summary>coord, seq, created_seq, expires_at, whether it is the last.</summary>
    public static EndedVersion Ended(DbDataReader row) => new(
        new SupersededBound(Coordinate.FromCanonical(row.GetString(0)), row.GetInt64(1), row.GetInt64(2), long.MaxValue),
        new Instant(row.GetInt64(3)),
        row.GetBoolean(4));

    /// <summary>seq, seq of what ended it or none, time.</summary>
    public static SupersededVersion Superseded(DbDataReader row) => new(row.GetInt64(0), ValueOrNull<long>(row, 1), new Instant(row.GetInt64(2)));

    /// <summary>horizon, horizon_at.</summary>
    public static Horizon Horizon(DbDataReader row) => new(row.GetInt64(0), new Instant(row.GetInt64(1)));
    /// <summary>coord, seq, version, type, importance, created_seq, created_at, expires_at, access_count, at, bytes, written_by.</summary>
    public static LivingMemory Living(DbDataReader row) => new()
    {
        Coordinate = Coordinate.FromCanonical(row.GetString(0)),
        Seq = row.GetInt64(1),
        Version = row.GetInt64(2),
        Type = (MemoryType)row.GetInt16(3),
        Importance = row.GetDouble(4),
        CreatedSeq = row.GetInt64(5),
        CreatedAt = new Instant(row.GetInt64(6)),
        ExpiresAt = InstantOrNull(row, 7),
        AccessCount = row.GetInt64(8),
        UpdatedAt = new Instant(row.GetInt64(9)),
        Bytes = row.GetInt64(10),
        By = TextOrNull(row, 11),
    };

    /// <summary>written_by, expires_at, count, bytes.</summary>
    public static HeldAmount Held(DbDataReader row) => new(TextOrNull(row, 0), InstantOrNull(row, 1), row.GetInt64(2), row.GetInt64(3));

    /// <summary>coord, seq, accessed_at.</summary>
    public static AccessTime AccessTime(DbDataReader row) =>
        new(Coordinate.FromCanonical(row.GetString(0)), row.GetInt64(1), new Instant(row.GetInt64(2)));

    /// <summary>tenant, name, four counters.</summary>
    public static NamespaceStats Stats(DbDataReader row) =>
        new(new NamespaceKey(row.GetString(0), row.GetString(1)), Counts(row, 2));

    /// <summary>tenant, name, four counters, head_seq, times of the first and the newest row, average bytes of a memory.</summary>
    public static NamespaceSummary Summary(DbDataReader row) => new()
    {
        Key = new NamespaceKey(row.GetString(0), row.GetString(1)),
        Counts = Counts(row, 2),
        HeadSeq = row.GetInt64(6),
        CreatedAt = new Instant(row.GetInt64(7)),
        WrittenAt = new Instant(row.GetInt64(8)),
        Bytes = (long)(Convert.ToDouble(row.GetValue(9), CultureInfo.InvariantCulture) * Counts(row, 2).Total),
    };

    /// <summary>epoch, released, lease_ms, from column <paramref name="first"/> on.</summary>
    public static RemovedNamespace Removed(long id, DbDataReader row, int first) =>
        new(id, row.GetInt64(first), row.GetBoolean(first + 1) ? TimeSpan.Zero : TimeSpan.FromMilliseconds(row.GetInt64(first + 2)));

    /// <summary>id, released, lease_ms.</summary>
    public static RemovedNamespace Removed(DbDataReader row) =>
        new(row.GetInt64(0), 0, row.GetBoolean(1) ? TimeSpan.Zero : TimeSpan.FromMilliseconds(row.GetInt64(2)));

    /// <summary>Four counters from column <paramref name="first"/> on.</summary>
    public static MemoryCounts Counts(DbDataReader row, int first) =>
        new(row.GetInt64(first), row.GetInt64(first + 1), row.GetInt64(first + 2), row.GetInt64(first + 3));

    private static LinkKey LinkKeyOf(Coordinate from, DbDataReader row, int to) =>
        new(from, Coordinate.FromCanonical(row.GetString(to)), StoredText.FromBytes(row.GetFieldValue<byte[]>(to + 1)));

    private static byte[]? BytesOrNull(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    /// <summary>The column's number; null: it holds none.</summary>
    public static T? ValueOrNull<T>(DbDataReader row, int column)
        where T : struct => row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);

    private static string? TextOrNull(DbDataReader row, int column) => BytesOrNull(row, column) is { } bytes ? StoredText.FromBytes(bytes) : null;

    private static Instant? InstantOrNull(DbDataReader row, int column) => row.IsDBNull(column) ? null : new Instant(row.GetInt64(column));
}
