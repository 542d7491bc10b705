namespace Soma.Grains.Storage.Archives;

/// <summary>Converts rows of <see cref="ArchiveTables.Log"/> to log rows and back.</summary>
public static class ArchivedLog
{
    /// <exception cref="RowRejectedException">A text of the row has no stored form.</exception>
    public static object?[] ToRow(LogRow row) => ToRow(row, row.Epoch, row.At);

    /// <summary>The row as a commit writes it, with the epoch and the time of its batch.</summary>
    internal static object?[] ToRow(LogRow row, long epoch, Instant at)
    {
        var (memory, link) = (row.Memory, row.Link);
        return
        [
            row.Seq, (long)row.Op, row.Coordinate.Text, row.Version, epoch, memory.CreatedSeq, (long)memory.Type, row.Payload,
            StoredText.ToBytesOrNull(memory.Text), memory.HasText, memory.BroughtVector, memory.Importance, link?.Key.To.Text,
            StoredText.ToBytesOrNull(link?.Key.Type), link?.Strength ?? 0, row.StoredMetadata, memory.CreatedAt.Microseconds, at.Microseconds,
            memory.ExpiresAt?.Microseconds, StoredText.ToBytesOrNull(row.By),
        ];
    }

    public static LogRow FromRow(object?[] row)
    {
        var op = (LogOp)Whole(row[1]);
        var memory = new MemoryRow
        {
            Coordinate = Coordinate.FromCanonical(Text(row[2])),
            Seq = Whole(row[0]),
            Version = Whole(row[3]),
            Alive = op == LogOp.Put,
            CreatedSeq = Whole(row[5]),
            Type = (MemoryType)Whole(row[6]),
            Payload = (byte[]?)row[7] ?? [],
            Text = row[8] is byte[] text ? StoredText.FromBytes(text) : null,
            HasText = row[9] is true,
            BroughtVector = (byte[]?)row[10],
            Importance = Real(row[11]),
            CreatedAt = new Instant(Whole(row[16])),
            UpdatedAt = new Instant(Whole(row[17])),
            ExpiresAt = row[18] is long end ? new Instant(end) : null,
            By = row[19] is byte[] by ? StoredText.FromBytes(by) : null,
        };
        return new LogRow(op, Whole(row[4]), memory, LinkOf(row, memory))
        {
            IsEmptied = op == LogOp.Put && row[7] is null,
            Reason = LogRow.ReasonOf(op, row[15] as byte[]),
        };
    }

    private static LinkRow? LinkOf(object?[] row, MemoryRow from) => row[12] is not string to ? null : new LinkRow(
        new LinkKey(from.Coordinate, Coordinate.FromCanonical(to), StoredText.FromBytes((byte[])row[13]!)), Real(row[14]), (byte[]?)row[15], from.Seq);

    private static long Whole(object? value) => value is long whole ? whole : 0;

    private static double Real(object? value) => value is double real ? real : 0;

    private static string Text(object? value) => value as string ?? "";
}
