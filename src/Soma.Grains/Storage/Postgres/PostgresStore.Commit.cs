using Npgsql;
using static Soma.Grains.Storage.Postgres.PostgresCommands;

namespace Soma.Grains.Storage.Postgres;

// A commit is one call of soma.commit_batch (Sql/Migrations/0002_commit.sql has the protocol, 0008_commit_operations.sql the statements), sent as one statement in auto-commit.
// Three things can happen:
//   1. It was not sent, because there was no connection or the caller gave up waiting for one. It was certainly not applied.
//   2. The server answered: applied, fenced, clash, or an ERROR that undid it. The answer is the outcome.
//   3. It was sent and no answer came (connection lost, timeout on this side, cancellation). The outcome is unknown: the commit may still
//      be running, or arrive later. AdvanceEpochAsync and then WasAppliedAsync find out.
// The server's timeouts are shorter than those of this side, so case 3 means a lost server or network, not a slow server.
public sealed partial class PostgresStore
{
    public async Task<CommitResult> CommitAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        BatchRules.Check(batch);
        var parameters = ToParameters(batch);
        await _commits.WaitAsync(cancellationToken);
        try
        {
            await using var connection = await PostgresErrors.GuardAsync(
                async () => await dataSource.OpenConnectionAsync(cancellationToken), PostgresErrors.OfStatement);
            return await SendAsync(connection, parameters, cancellationToken);
        }
        finally
        {
            _commits.Release();
        }
    }

    private static async Task<CommitResult> SendAsync(
        NpgsqlConnection connection, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(PostgresSql.Named["commit"], connection);
        command.Parameters.AddRange(parameters);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            var result = ToResult(reader);
            // The row arrives before the transaction ends. Only the end of the answer means that the commit is durable.
            while (await reader.NextResultAsync(cancellationToken))
            {
            }

            return result;
        }
        catch (Exception exception) when (PostgresErrors.IsStoreFailure(exception) || exception is OperationCanceledException)
        {
            throw PostgresErrors.OfCommit(exception);
        }
    }

    private static CommitResult ToResult(NpgsqlDataReader row) => row.GetInt32(0) switch
    {
        0 => CommitResult.Committed(row.GetInt64(2)),
        1 => CommitResult.Fenced,
        _ => CommitResult.Clash([.. row.GetFieldValue<byte[][]>(1).Select(StoredText.FromBytes)]),
    };

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
    ];

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
        Of(Column(rows, row => row.Link?.Metadata)),
        Of(Column(rows, row => row.Memory.CreatedAt.Microseconds)),
        Of(Column(rows, row => row.Memory.ExpiresAt?.Microseconds)),
        Of(Column(rows, row => row.Operation)),
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
