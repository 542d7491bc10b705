using Soma.Grains.Storage.Sweeping;
using static Soma.Grains.Storage.Postgres.PostgresCommands;

namespace Soma.Grains.Storage.Postgres;

// Sweeps expired memories and receipts: they are found by the index of expiry and reclaimed by soma.sweep_namespace (Sql/Migrations/0006_sweep.sql).
public sealed partial class PostgresStore : ISweepStore
{
    public async Task<IReadOnlyList<ExpiredMemory>> FindExpiredAsync(Instant before, int limit, CancellationToken cancellationToken) =>
        await ReadRowsAsync(PostgresSql.Named["find_expired"], [Of(before.Microseconds), Of((long)limit)], StoredRows.Expired, cancellationToken);

    public async Task<(IReadOnlyList<long> Namespaces, long Next)> FindExpiredReceiptsAsync(
        Instant before, long afterNamespaceId, int limit, CancellationToken cancellationToken)
    {
        var page = await ReadRowsAsync(
            PostgresSql.Named["find_expired_receipts"],
            [Of(before.Microseconds), Of(afterNamespaceId), Of((long)limit)],
            row => (Id: row.GetInt64(0), IsDue: row.GetBoolean(1)),
            cancellationToken);
        return ([.. page.Where(row => row.IsDue).Select(row => row.Id)], page.Count < limit ? 0 : page[^1].Id);
    }

    public async Task<SweptSet> SweepAsync(
        long namespaceId, Instant before, IReadOnlyList<ExpiredMemory> memories, int receiptLimit, CancellationToken cancellationToken)
    {
        var swept = await ReadRowsAsync(
            PostgresSql.Named["sweep"],
            [
                Of(namespaceId), Of(before.Microseconds), Of(memories.Select(memory => memory.Coordinate.Text).ToArray()),
                Of(memories.Select(memory => memory.Seq).ToArray()), Of(receiptLimit),
            ],
            row => new SweptSet(row.GetInt32(0), row.GetInt32(1)),
            cancellationToken);
        return swept[0];
    }
}
