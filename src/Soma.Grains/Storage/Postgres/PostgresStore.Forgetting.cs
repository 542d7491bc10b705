using Soma.Grains.Storage.Forgetting;
using static Soma.Grains.Storage.Postgres.PostgresCommands;

namespace Soma.Grains.Storage.Postgres;

// What the rules of forgetting go by.
public sealed partial class PostgresStore : IForgettingStore
{
    public async Task<IReadOnlyList<LivingMemory>> ReadLivingAsync(long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        await ReadRowsAsync(PostgresSql.Named["read_living"], [Of(namespaceId), Of(beforeSeq), Of((long)limit)], StoredRows.Living, cancellationToken);

    public async Task<IReadOnlyList<HeldAmount>> ReadAmountsAsync(long namespaceId, Instant now, CancellationToken cancellationToken) =>
        await ReadRowsAsync(PostgresSql.Named["read_amounts"], [Of(namespaceId), Of(now.Microseconds)], StoredRows.Held, cancellationToken);

    public async Task<IReadOnlyList<AccessTime>> ReadAccessTimesAsync(long namespaceId, long beforeSeq, int limit, CancellationToken cancellationToken) =>
        await ReadRowsAsync(PostgresSql.Named["read_access_times"], [Of(namespaceId), Of(beforeSeq), Of((long)limit)], StoredRows.AccessTime, cancellationToken);
}
