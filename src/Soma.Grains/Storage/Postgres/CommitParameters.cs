using Npgsql;
using static Soma.Grains.Storage.Postgres.PostgresParameters;

namespace Soma.Grains.Storage.Postgres;

/// <summary>A batch as the columns that <c>soma.commit_batch</c> takes, in its order.</summary>
internal static class CommitParameters
{
    /// <exception cref="RowRejectedException">A text of the batch has no stored form.</exception>
    public static NpgsqlParameter[] From(CommitBatch batch) =>
    [
        Of(batch.NamespaceId), Of(batch.Epoch), Of(batch.ExpectedCommitNo), Of(batch.HeadSeq), Of(batch.At.Microseconds),
        Of(batch.BroughtDimension), Of(batch.LargestImportance),
        .. Log(batch.Log),
        .. Memories(batch.Memories),
        Of(Column(batch.LinkRemovals, removal => removal.Coordinate.Text)), Of(Column(batch.LinkRemovals, removal => removal.Seq)),
        Of(Column(batch.DeletedLinks, link => link.From.Text)),
        Of(Column(batch.DeletedLinks, link => link.To.Text)),
        Of(Column(batch.DeletedLinks, link => StoredText.ToBytes(link.Type))),
        .. PutLinks(batch.PutLinks),
        .. Receipts(batch.Receipts),
        Of(Column(batch.Purges, coordinate => coordinate.Text)),
        Of(Column(batch.AccessCounts, count => count.Coordinate.Text)), Of(Column(batch.AccessCounts, count => count.Count)),
    ];

    private static NpgsqlParameter[] Log(IReadOnlyList<LogRow> rows) =>
    [
        Of(Column(rows, row => (short)row.Op)),
        Of(Column(rows, row => row.Coordinate.Text)),
        Of(Column(rows, row => row.Version)),
        Of(Column(rows, row => row.CreatedSeq)),
        Of(Column(rows, row => (short)row.Type)),
        Of(Column(rows, row => row.Payload)),
        Of(Column(rows, row => StoredText.ToBytesOrNull(row.Text))),
        Of(Column(rows, row => row.HasText)),
        Of(Column(rows, row => row.BroughtVector)),
        Of(Column(rows, row => row.Importance)),
        Of(Column(rows, row => row.Link?.To.Text)),
        Of(Column(rows, row => StoredText.ToBytesOrNull(row.Link?.Type))),
        Of(Column(rows, row => row.Strength)),
        Of(Column(rows, row => row.Metadata)),
        Of(Column(rows, row => row.CreatedAt.Microseconds)),
        Of(Column(rows, row => row.ExpiresAt?.Microseconds)),
    ];

    private static NpgsqlParameter[] Memories(IReadOnlyList<MemoryRow> rows) =>
    [
        Of(Column(rows, row => row.Coordinate.Text)),
        Of(Column(rows, row => row.Seq)),
        Of(Column(rows, row => row.Version)),
        Of(Column(rows, row => row.Alive)),
        Of(Column(rows, row => (short)row.Type)),
        Of(Column(rows, row => row.Importance)),
        Of(Column(rows, row => row.HasVector)),
        Of(Column(rows, row => row.CreatedSeq)),
        Of(Column(rows, row => row.CreatedAt.Microseconds)),
        Of(Column(rows, row => row.ExpiresAt?.Microseconds)),
    ];

    private static NpgsqlParameter[] PutLinks(IReadOnlyList<LinkRow> links) =>
    [
        Of(Column(links, link => link.Key.From.Text)),
        Of(Column(links, link => link.Key.To.Text)),
        Of(Column(links, link => StoredText.ToBytes(link.Key.Type))),
        Of(Column(links, link => link.Strength)),
        Of(Column(links, link => link.Metadata)),
        Of(Column(links, link => link.Seq)),
    ];

    private static NpgsqlParameter[] Receipts(IReadOnlyList<Receipt> receipts) =>
    [
        Of(Column(receipts, receipt => StoredText.ToBytes(receipt.Key))),
        Of(Column(receipts, receipt => receipt.RequestHash)),
        Of(Column(receipts, receipt => receipt.Status)),
        Of(Column(receipts, receipt => receipt.Body)),
        Of(Column(receipts, receipt => receipt.Seq)),
        Of(Column(receipts, receipt => receipt.ETag)),
        Of(Column(receipts, receipt => receipt.ExpiresAt.Microseconds)),
    ];

    private static TColumn[] Column<TRow, TColumn>(IReadOnlyList<TRow> rows, Func<TRow, TColumn> value)
    {
        var column = new TColumn[rows.Count];
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = value(rows[i]);
        }

        return column;
    }
}
