using Soma.Grains.Storage.Forgetting;

namespace Soma.Grains.Storage.Sqlite;

// What the rules of forgetting go by.
public sealed partial class SqliteStore : IForgettingStore
{
    public Task<IReadOnlyList<LivingMemory>> ReadLivingAsync(long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        ReadEachAsync(SqliteSql.Named["read_living"], StoredRows.Living, [[namespaceId, beforeSeq, limit]], cancellationToken);

    public Task<IReadOnlyList<HeldAmount>> ReadAmountsAsync(long namespaceId, Instant now, CancellationToken cancellationToken) =>
        ReadEachAsync(SqliteSql.Named["read_amounts"], StoredRows.Held, [[namespaceId, now.Microseconds]], cancellationToken);

    public Task<IReadOnlyList<AccessTime>> ReadAccessTimesAsync(long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        ReadEachAsync(SqliteSql.Named["read_access_times"], StoredRows.AccessTime, [[namespaceId, beforeSeq, limit]], cancellationToken);
}
