using static Soma.Grains.Storage.Postgres.PostgresCommands;

namespace Soma.Grains.Storage.Postgres;

// Taking and releasing a namespace, and finding out what became of a commit that got no answer.
public sealed partial class PostgresStore
{
    public Task CreateNamespaceAsync(NamespaceKey key, CancellationToken cancellationToken) =>
        ExecuteAsync(PostgresSql.Named["create_namespace"], [Of(key.Tenant), Of(key.Name)], cancellationToken);

    public async Task<TakenNamespace?> TakeEpochAsync(NamespaceKey key, TimeSpan lease, CancellationToken cancellationToken)
    {
        var rows = await ReadRowsAsync(
            PostgresSql.Named["take_epoch"],
            [Of(key.Tenant), Of(key.Name), Of((long)lease.TotalMilliseconds)],
            StoredRows.Taken,
            cancellationToken);
        if (rows is not [var taken])
        {
            return null;
        }

        servers?.OnTaken(taken.Id, key);
        return taken;
    }

    public async Task<bool> ReleaseAsync(long namespaceId, long epoch, CancellationToken cancellationToken) =>
        await ExecuteAsync(PostgresSql.Named["release"], [Of(namespaceId), Of(epoch)], cancellationToken) > 0;

    public async Task<IReadOnlyDictionary<long, NamespaceEpoch>> ReadEpochsAsync(
        IReadOnlyCollection<long> namespaceIds, CancellationToken cancellationToken) =>
        (await ReadRowsAsync(PostgresSql.Named["read_epochs"], [Of(namespaceIds.ToArray())], StoredRows.Epoch, cancellationToken))
        .ToDictionary(row => row.Id, row => row.Epoch);

    public async Task<bool> AdvanceEpochAsync(long namespaceId, long epoch, CancellationToken cancellationToken) =>
        await ExecuteAsync(PostgresSql.Named["advance_epoch"], [Of(namespaceId), Of(epoch)], cancellationToken) > 0;

    public async Task<bool> WasAppliedAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        var (sql, parameters) = batch switch
        {
            { Log.Count: > 0 } => (PostgresSql.Named["was_applied_rows"], [Of(batch.NamespaceId), Of(batch.HeadSeq + 1), Of(batch.Epoch)]),
            { Receipts: [var receipt, ..] } => (
                PostgresSql.Named["was_applied_receipt"],
                [
                    Of(batch.NamespaceId), Of(StoredText.ToBytes(receipt.Key)), Of(receipt.RequestHash), Of(receipt.Status),
                    Of(receipt.Body), Of(receipt.Seq), Of(receipt.ExpiresAt.Microseconds),
                ]),
            _ => (PostgresSql.Named["was_applied_number"], new[] { Of(batch.NamespaceId), Of(batch.Epoch), Of(batch.ExpectedCommitNo) }),
        };
        return (await ReadRowsAsync(sql, parameters, row => row.GetBoolean(0), cancellationToken))[0];
    }
}
