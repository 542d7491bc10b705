using Soma.Grains.Interfaces;

namespace Soma.Grains.Storage.Archives;

/// <summary>Rows of <see cref="ArchiveTables.Log"/> as what they mean.</summary>
public static class ArchivedLog
{
    /// <exception cref="RowRejectedException">A text of the row has no stored form.</exception>
    public static object?[] ToRow(LogRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return
        [
            row.Seq, (long)row.Op, row.Coordinate.Text, row.Version, row.Epoch, row.CreatedSeq, (long)row.Type, row.Payload,
            StoredText.ToBytesOrNull(row.Text), row.HasText, row.BroughtVector, row.Importance, row.Link?.To.Text,
            StoredText.ToBytesOrNull(row.Link?.Type), row.Strength, row.Metadata, row.CreatedAt.Microseconds, row.At.Microseconds,
            row.ExpiresAt?.Microseconds,
        ];
    }

    public static LogRow FromRow(object?[] row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var coordinate = Coordinate.FromCanonical(Text(row[2]));
        return new LogRow
        {
            Seq = Whole(row[0]),
            Op = (LogOp)Whole(row[1]),
            Coordinate = coordinate,
            Version = Whole(row[3]),
            Epoch = Whole(row[4]),
            CreatedSeq = Whole(row[5]),
            Type = (MemoryType)Whole(row[6]),
            Payload = (byte[]?)row[7],
            Text = row[8] is byte[] text ? StoredText.FromBytes(text) : null,
            HasText = row[9] is true,
            BroughtVector = (byte[]?)row[10],
            Importance = Real(row[11]),
            Link = row[12] is string to ? new LinkKey(coordinate, Coordinate.FromCanonical(to), StoredText.FromBytes((byte[])row[13]!)) : null,
            Strength = Real(row[14]),
            Metadata = (byte[]?)row[15],
            CreatedAt = new Instant(Whole(row[16])),
            At = new Instant(Whole(row[17])),
            ExpiresAt = row[18] is long end ? new Instant(end) : null,
        };
    }

    private static long Whole(object? value) => value is long whole ? whole : 0;

    private static double Real(object? value) => value is double real ? real : 0;

    private static string Text(object? value) => value as string ?? "";
}
