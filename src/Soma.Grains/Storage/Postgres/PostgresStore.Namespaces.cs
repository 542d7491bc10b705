using Soma.Grains.Storage.Archives;
using static Soma.Grains.Storage.Postgres.PostgresCommands;

namespace Soma.Grains.Storage.Postgres;

// Lists whole namespaces and deletes them: soma.remove_namespace (Sql/Migrations/0010_remove_namespace.sql).
public sealed partial class PostgresStore : INamespaceStore
{
    public async Task<IReadOnlyList<NamespaceSummary>> ListAsync(ListNamespaces query, CancellationToken cancellationToken) => await ReadRowsAsync(
        PostgresSql.Named["list_namespaces"],
        [Of(query.Tenant), Of(query.After ?? ""), Of(query.Prefix), Of((long)query.Limit)],
        StoredRows.Summary,
        cancellationToken);

    public async Task<RemovedNamespace?> RemoveAsync(NamespaceRemoval removal, CancellationToken cancellationToken)
    {
        var key = removal.Key;
        var rows = await ReadRowsAsync(
            PostgresSql.Named["remove_namespace"],
            [Of(removal.Id), Of(key.Tenant), Of(key.Name), Of(removal.ServiceId), Of(NamespaceGrain.StateName), Of(key.ToGrainKey())],
            row => (IsThere: row.GetInt32(0) < 2, Removed: StoredRows.Removed(removal.Id, row, 1)),
            cancellationToken);
        return rows[0].IsThere ? rows[0].Removed : null;
    }

    public async Task<IReadOnlyList<RemovedNamespace>> FindRemovedAsync(int limit, CancellationToken cancellationToken) =>
        await ReadRowsAsync(PostgresSql.Named["find_removed"], [Of((long)limit)], StoredRows.Removed, cancellationToken);

    public async Task<int> SweepRemovedAsync(long id, int limit, CancellationToken cancellationToken)
    {
        foreach (var table in ArchiveTables.Swept)
        {
            var deleted = await ExecuteAsync(PostgresArchive.Sql[$"trim_{table}"], [Of(id), Of((long)limit)], cancellationToken);
            if (deleted > 0)
            {
                return deleted;
            }
        }

        return 0;
    }
}
