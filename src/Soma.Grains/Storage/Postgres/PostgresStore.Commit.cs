using Npgsql;
using static Soma.Grains.Storage.Postgres.PostgresCommands;

namespace Soma.Grains.Storage.Postgres;

// A commit is one call of soma.commit_batch (Sql/Migrations/0002_commit.sql has the protocol, 0012_written_by.sql the statements), or of
// soma.commit_batches together with others (0015_commit_batches.sql).
// The server's timeouts are shorter than those of this side, so a commit whose outcome is unknown means a lost server or network, not
// a slow server. AdvanceEpochAsync and then WasAppliedAsync find the outcome out.
public sealed partial class PostgresStore
{
    public Task<CommitResult> CommitAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        BatchRules.Check(batch);
        return _commits.SendAsync(batch, cancellationToken);
    }

    /// <summary>The batch as the columns that <c>soma.commit_batch</c> takes, in its order.</summary>
    /// <exception cref="RowRejectedException">A text of the batch has no stored form.</exception>
    internal static NpgsqlParameter[] ToParameters(CommitBatch batch) =>
    [
        Of(batch.NamespaceId), Of(batch.Epoch), Of(batch.ExpectedCommitNo), Of(batch.HeadSeq), Of(batch.At.Microseconds),
        Of(batch.BroughtDimension), Of(batch.LargestImportance),
        .. LogColumns(batch.Log),
        .. MemoryColumns(batch.Memories),
        Of(Column(batch.LinkRemovals, removal => removal.Coordinate.Text)), Of(Column(batch.LinkRemovals, removal => removal.Seq)),
        Of(Column(batch.DeletedLinks, link => link.From.Text)),
        Of(Column(batch.DeletedLinks, link => link.To.Text)),
        Of(Column(batch.DeletedLinks, link => StoredText.ToBytes(link.Type))),
        .. LinkColumns(batch.PutLinks),
        .. ReceiptColumns(batch.Receipts),
        Of(Column(batch.Purges, coordinate => coordinate.Text)),
        Of(Column(batch.AccessCounts, count => count.Coordinate.Text)), Of(Column(batch.AccessCounts, count => count.Count)),
        .. TimeColumns(batch.AccessTimes),
    ];

    /// <summary>Batches that <see cref="CommitBatch.OnlyStores">only store memories</see> as the columns that <c>soma.commit_batches</c> takes, in its order.</summary>
    /// <exception cref="RowRejectedException">A text of a batch has no stored form.</exception>
    internal static NpgsqlParameter[] ToParameters(IReadOnlyList<CommitBatch> batches)
    {
        var log = batches.SelectMany((batch, i) => batch.Log.Select(row => (Place: i + 1, Row: row))).ToList();
        var counts = batches.SelectMany((batch, i) => batch.AccessCounts.Select(count => (Place: i + 1, count.Coordinate, count.Count))).ToList();
        return
        [
            Of(Column(batches, batch => batch.NamespaceId)),
            Of(Column(batches, batch => batch.Epoch)),
            Of(Column(batches, batch => batch.ExpectedCommitNo)),
            Of(Column(batches, batch => batch.HeadSeq)),
            Of(Column(batches, batch => batch.At.Microseconds)),
            Of(Column(batches, batch => batch.BroughtDimension)),
            Of(Column(batches, batch => batch.LargestImportance)),
            Of(Column(log, one => one.Place)),
            Of(Column(log, one => one.Row.Seq)),
            Of(Column(log, one => one.Row.Coordinate.Text)),
            Of(Column(log, one => one.Row.Version)),
            Of(Column(log, one => one.Row.Memory.CreatedSeq)),
            Of(Column(log, one => (short)one.Row.Memory.Type)),
            Of(Column(log, one => one.Row.Payload)),
            Of(Column(log, one => StoredText.ToBytesOrNull(one.Row.Memory.Text))),
            Of(Column(log, one => one.Row.Memory.HasText)),
            Of(Column(log, one => one.Row.Memory.BroughtVector)),
            Of(Column(log, one => one.Row.Memory.Importance)),
            Of(Column(log, one => one.Row.Memory.CreatedAt.Microseconds)),
            Of(Column(log, one => one.Row.Memory.ExpiresAt?.Microseconds)),
            Of(Column(log, one => one.Row.Operation)),
            Of(Column(log, one => StoredText.ToBytesOrNull(one.Row.By))),
            Of(Column(counts, one => one.Place)),
            Of(Column(counts, one => one.Coordinate.Text)),
            Of(Column(counts, one => one.Count)),
        ];
    }

    // Only the statement commit_touching has these parameters.
    private static NpgsqlParameter[] TimeColumns(IReadOnlyList<(Coordinate Coordinate, Instant At)> times) =>
        times.Count == 0 ? [] : [Of(Column(times, time => time.Coordinate.Text)), Of(Column(times, time => time.At.Microseconds))];

    private static NpgsqlParameter[] LogColumns(IReadOnlyList<LogRow> rows) =>
    [
        Of(Column(rows, row => (short)row.Op)),
        Of(Column(rows, row => row.Coordinate.Text)),
        Of(Column(rows, row => row.Version)),
        Of(Column(rows, row => row.Memory.CreatedSeq)),
        Of(Column(rows, row => (short)row.Memory.Type)),
        Of(Column(rows, row => row.Payload)),
        Of(Column(rows, row => StoredText.ToBytesOrNull(row.Memory.Text))),
        Of(Column(rows, row => row.Memory.HasText)),
        Of(Column(rows, row => row.Memory.BroughtVector)),
        Of(Column(rows, row => row.Memory.Importance)),
        Of(Column(rows, row => row.Link?.Key.To.Text)),
        Of(Column(rows, row => StoredText.ToBytesOrNull(row.Link?.Key.Type))),
        Of(Column(rows, row => row.Link?.Strength ?? 0)),
        Of(Column(rows, row => row.StoredMetadata)),
        Of(Column(rows, row => row.Memory.CreatedAt.Microseconds)),
        Of(Column(rows, row => row.Memory.ExpiresAt?.Microseconds)),
        Of(Column(rows, row => row.Operation)),
        Of(rows.Any(row => row.By is not null) ? Column(rows, row => StoredText.ToBytesOrNull(row.By)) : null),
    ];

    private static NpgsqlParameter[] MemoryColumns(IReadOnlyList<MemoryRow> rows) =>
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

    private static NpgsqlParameter[] LinkColumns(IReadOnlyList<LinkRow> links) =>
    [
        Of(Column(links, link => link.Key.From.Text)),
        Of(Column(links, link => link.Key.To.Text)),
        Of(Column(links, link => StoredText.ToBytes(link.Key.Type))),
        Of(Column(links, link => link.Strength)),
        Of(Column(links, link => link.Metadata)),
        Of(Column(links, link => link.Seq)),
    ];

    private static NpgsqlParameter[] ReceiptColumns(IReadOnlyList<Receipt> receipts) =>
    [
        Of(Column(receipts, receipt => StoredText.ToBytes(receipt.Key))),
        Of(Column(receipts, receipt => receipt.RequestHash)),
        Of(Column(receipts, receipt => receipt.Status)),
        Of(Column(receipts, receipt => receipt.Body)),
        Of(Column(receipts, receipt => receipt.Seq)),
        Of(Column(receipts, receipt => receipt.ETag)),
        Of(Column(receipts, receipt => receipt.ExpiresAt.Microseconds)),
    ];

    private static TColumn[] Column<TRow, TColumn>(IReadOnlyList<TRow> rows, Func<TRow, TColumn> value) => [.. rows.Select(value)];
}
