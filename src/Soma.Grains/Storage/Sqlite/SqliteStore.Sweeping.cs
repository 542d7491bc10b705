using Soma.Grains.Storage.Sweeping;

namespace Soma.Grains.Storage.Sqlite;

// Sweeps expired memories and receipts: the same steps as soma.sweep_namespace on Postgres, inside the writer's transaction.
public sealed partial class SqliteStore : ISweepStore
{
    public Task<IReadOnlyList<ExpiredMemory>> FindExpiredAsync(Instant before, int limit, CancellationToken cancellationToken) =>
        ReadEachAsync(SqliteSql.Named["find_expired"], StoredRows.Expired, [[before.Microseconds, limit]], cancellationToken);

    public async Task<(IReadOnlyList<long> Namespaces, long Next)> FindExpiredReceiptsAsync(
        Instant before, long afterNamespaceId, int limit, CancellationToken cancellationToken)
    {
        var page = await ReadEachAsync(
            SqliteSql.Named["find_expired_receipts"],
            row => (Id: row.GetInt64(0), IsDue: row.GetBoolean(1)),
            [[before.Microseconds, afterNamespaceId, limit]],
            cancellationToken);
        return ([.. page.Where(row => row.IsDue).Select(row => row.Id)], page.Count < limit ? 0 : page[^1].Id);
    }

    public Task<SweptSet> SweepAsync(
        long namespaceId, Instant before, IReadOnlyList<ExpiredMemory> memories, int receiptLimit, CancellationToken cancellationToken) =>
        database.WriteAsync(session => Sweep(session, namespaceId, before, memories, receiptLimit), cancellationToken);

    private static SweptSet Sweep(
        SqliteSession session, long namespaceId, Instant before, IReadOnlyList<ExpiredMemory> memories, int receiptLimit)
    {
        var changes = new CountChanges();
        foreach (var memory in memories)
        {
            var expired = session.ReadNumbers(
                SqliteSql.Named["read_expired"], namespaceId, memory.Coordinate.Text, memory.Seq, before.Microseconds);
            if (expired is [var type, var hasVector])
            {
                session.Execute(SqliteSql.Named["make_tombstone"], namespaceId, memory.Coordinate.Text);
                changes.Add((int)type, hasVector != 0, 1);
            }

            // If the coordinate holds another seq by now, the vectors of the old seq are not needed either.
            session.Execute(SqliteSql.Named["delete_embedding"], namespaceId, memory.Seq);
        }

        var swept = (int)changes.ByType.Sum();
        if (swept > 0)
        {
            session.Execute(
                SqliteSql.Named["subtract_counts"], namespaceId, changes.ByType[0], changes.ByType[1], changes.ByType[2], changes.Vectors);
        }

        var receipts = session.Execute(SqliteSql.Named["delete_expired_receipts"], namespaceId, before.Microseconds, receiptLimit);
        return new SweptSet(swept, receipts);
    }
}
