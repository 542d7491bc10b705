using Soma.Grains.Storage.Sweeping;

namespace Soma.Grains.Storage.Sqlite;

// Sweeps expired memories and receipts: the same steps as soma.sweep_namespace on Postgres, inside the writer's transaction.
public sealed partial class SqliteStore : ISweepStore
{
    public Task<IReadOnlyList<ExpiredMemory>> FindExpiredAsync(Instant before, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ExpiredMemory>>(
            session => session.Read(
                SqliteSql.Named["find_expired"], StoredRows.Expired, before.Microseconds, limit), cancellationToken);

    public Task<(IReadOnlyList<long> Namespaces, long Next)> FindExpiredReceiptsAsync(
        Instant before, long afterNamespaceId, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<(IReadOnlyList<long>, long)>(
            session =>
            {
                var page = session.Read(
                    SqliteSql.Named["find_expired_receipts"],
                    row => (Id: row.GetInt64(0), IsDue: row.GetBoolean(1)),
                    before.Microseconds, afterNamespaceId, limit);
                return ([.. page.Where(row => row.IsDue).Select(row => row.Id)], page.Count < limit ? 0 : page[^1].Id);
            },
            cancellationToken);

    public Task<SweptSet> SweepAsync(
        long namespaceId, Instant before, IReadOnlyList<ExpiredMemory> memories, int receiptLimit, CancellationToken cancellationToken) =>
        database.WriteAsync(session => Sweep(session, namespaceId, before, memories, receiptLimit), cancellationToken);

    private static SweptSet Sweep(
        SqliteSession session, long namespaceId, Instant before, IReadOnlyList<ExpiredMemory> memories, int receiptLimit)
    {
        var (changes, counted) = (new CountChanges(), new List<(int Type, bool HasVector)>());
        foreach (var memory in memories)
        {
            var known = counted.Count;
            session.ReadInto(
                counted, SqliteSql.Named["read_expired"], row => (row.GetInt32(0), row.GetBoolean(1)),
                namespaceId, memory.Coordinate.Text, memory.Seq, before.Microseconds);
            if (counted.Count > known)
            {
                session.Execute(SqliteSql.Named["make_tombstone"], namespaceId, memory.Coordinate.Text);
                changes.Add(counted[^1].Type, counted[^1].HasVector, 1);
            }

            // If the coordinate holds another seq by now, the vectors of the old seq are not needed either.
            session.Execute(SqliteSql.Named["delete_embedding"], namespaceId, memory.Seq);
        }

        if (counted.Count > 0)
        {
            session.Execute(
                SqliteSql.Named["subtract_counts"], namespaceId, changes.ByType[0], changes.ByType[1], changes.ByType[2], changes.Vectors);
        }

        var receipts = session.Execute(SqliteSql.Named["delete_expired_receipts"], namespaceId, before.Microseconds, receiptLimit);
        return new SweptSet(counted.Count, receipts);
    }
}
