using System.Data.Common;

namespace Soma.Grains.Storage.Archives;

/// <summary>Reads the rows of the archives' statements, whose column order is that of the SQL files and of <see cref="ArchiveTables"/>.</summary>
internal static class ArchiveRows
{
    public static object?[] Read(DbDataReader row, ArchiveTable table) =>
        [.. table.Columns.Select((column, i) => row.IsDBNull(i) ? null : Value(row, i, column.Type))];

    /// <summary>tenant, name, epoch, commit_no, head_seq, last_at, four counters, horizon, brought_dimension, active_space, largest_importance, time of the head.</summary>
    public static ArchivedNamespace Namespace(DbDataReader row) => new(
        new NamespaceKey(row.GetString(0), row.GetString(1)),
        new NamespaceRow
        {
            Epoch = row.GetInt64(2),
            CommitNo = row.GetInt64(3),
            HeadSeq = row.GetInt64(4),
            LastAt = row.GetInt64(5),
            Counts = StoredRows.Counts(row, 6),
            Horizon = row.GetInt64(10),
            BroughtDimension = StoredRows.ValueOrNull<int>(row, 11),
            ActiveSpace = row.IsDBNull(12) ? null : row.GetString(12),
            LargestImportance = StoredRows.ValueOrNull<double>(row, 13),
            HeadAt = row.GetInt64(14),
        });

    /// <summary>The columns of <see cref="Namespace"/>, then id, mark and progress of compaction. Settings are merged later.</summary>
    public static NamespaceState State(DbDataReader row)
    {
        var one = Namespace(row);
        return new NamespaceState(one.Key, row.GetInt64(15), one.Row, row.GetString(16), row.GetString(17), null);
    }

    /// <summary>time of the seq, whether anything was purged, accesses, next end, refined seq, spaces.</summary>
    public static SnapshotMarks Marks(DbDataReader row) => new()
    {
        AtOfSeq = StoredRows.ValueOrNull<long>(row, 0),
        HasPurges = row.GetBoolean(1),
        Accesses = row.GetInt64(2),
        NextEnd = StoredRows.ValueOrNull<long>(row, 3),
        RefinedSeq = row.GetInt64(4),
        Spaces = row.GetString(5),
        AnswersOfSeq = row.GetString(6),
        AnswersOfHead = row.GetString(7),
    };

    /// <summary>rows, first and last seq, newest time, largest epoch and importance, bytes of the oldest, longest and shortest brought vector.</summary>
    public static NamespaceFacts Facts(DbDataReader row) => new()
    {
        LogRows = row.GetInt64(0),
        FirstSeq = row.GetInt64(1),
        LastSeq = row.GetInt64(2),
        LastAt = row.GetInt64(3),
        LargestEpoch = row.GetInt64(4),
        LargestImportance = StoredRows.ValueOrNull<double>(row, 5),
        BroughtBytes = StoredRows.ValueOrNull<long>(row, 6),
        LongestBrought = StoredRows.ValueOrNull<long>(row, 7),
        ShortestBrought = StoredRows.ValueOrNull<long>(row, 8),
    };

    /// <summary>The namespaces that were written to, and behind them those that only have settings.</summary>
    public static IReadOnlyList<ArchivedNamespace> Merge(IReadOnlyList<ArchivedNamespace> written, IEnumerable<string> grainKeys)
    {
        var known = written.Select(one => one.Key).ToHashSet();
        var others = grainKeys.Select(NamespaceKey.FromGrainKey).Where(key => !known.Contains(key));
        return [.. written, .. others.Select(key => new ArchivedNamespace(key, new NamespaceRow()))];
    }

    private static object Value(DbDataReader row, int column, ArchiveColumnType type) => type switch
    {
        ArchiveColumnType.Real => row.GetDouble(column),
        ArchiveColumnType.Flag => row.GetBoolean(column),
        ArchiveColumnType.Text => row.GetString(column),
        ArchiveColumnType.Bytes => row.GetFieldValue<byte[]>(column),
        _ => row.GetInt64(column),
    };
}
